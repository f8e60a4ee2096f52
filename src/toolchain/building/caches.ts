import type { BuiltImage } from '../../build/built-image.ts'
import { exportCache, openCacheSource, withInlineCache, type CacheSource } from '../../build/cache-exchange.ts'
import { localCacheReference, type CacheOrigin, type CacheTarget } from '../../build/cache-options.ts'
import { ExchangedStepCache } from '../../build/exchanged-step-cache.ts'
import { OperationError } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { openImageArchive } from '../../store/image-archive.ts'
import type { Toolchain } from '../toolchain.ts'

/** The cache of a build that uses those of others, which `opened` closes. One that cannot be had is left out with a warning: no build fails for it. */
export async function openCaches(
  origins: readonly CacheOrigin[],
  toolchain: Toolchain,
  opened: AsyncDisposableStack,
  job: Job,
): Promise<ExchangedStepCache> {
  const sources: CacheSource[] = []
  for (const origin of origins) {
    const source = await openOrigin(origin, toolchain, opened, job)
    if (source !== undefined) sources.push(source)
  }
  return new ExchangedStepCache(toolchain.folders.builds, { sources, store: toolchain.store }, job)
}

async function openOrigin(
  origin: CacheOrigin,
  { store, registries }: Toolchain,
  opened: AsyncDisposableStack,
  job: Job,
): Promise<CacheSource | undefined> {
  if (origin.type === 'registry') {
    const { reference, insecure } = origin
    return await openCacheSource((await registries(insecure)).repository(reference), reference, job)
  }
  const { directory, tag, digest } = origin
  try {
    const archive = opened.use(await openImageArchive(directory, store.spoolPath, job))
    return await openCacheSource(archive, { ...localCacheReference(tag), digest }, job)
  } catch (error) {
    if (!(error instanceof OperationError)) throw error
    job.emit({ type: 'notice', level: 'warning', message: `the cache ${directory} is not used: ${error.message}` })
    return undefined
  }
}

/** The images with the cache of their own layers inside, where `type=inline` asks for it. */
export async function withInlineCaches(
  targets: readonly CacheTarget[],
  images: readonly BuiltImage[],
  cache: ExchangedStepCache | undefined,
  { store }: Toolchain,
  job: Job,
): Promise<readonly BuiltImage[]> {
  if (cache === undefined || targets.every(({ type }) => type !== 'inline')) return images
  const carrying: BuiltImage[] = []
  for (const image of images) carrying.push(await withInlineCache(image, cache.used, store, job))
  return carrying
}

/** Writes the cache of a build to all that `--cache-to` names. */
export async function exportCaches(
  targets: readonly CacheTarget[],
  images: readonly BuiltImage[],
  cache: ExchangedStepCache | undefined,
  { store, registries }: Toolchain,
  job: Job,
): Promise<void> {
  for (const target of targets) {
    if (cache === undefined || target.type === 'inline') continue
    const isLocal = target.type === 'local'
    const reference = isLocal ? localCacheReference(target.tag) : target.reference
    const destination = isLocal
      ? { directory: target.directory }
      : { sink: (await registries(target.insecure)).repository(target.reference, 'push') }
    try {
      await exportCache(cache.used, store, destination, { mode: target.mode, images, reference }, job)
    } catch (error) {
      if (!target.ignoreError || !(error instanceof OperationError)) throw error
      job.emit({ type: 'notice', level: 'warning', message: `the cache was not written: ${error.message}` })
    }
  }
}
