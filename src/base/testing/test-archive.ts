import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  addSuite,
  debOf,
  startMirror,
  type ArchiveFiles,
  type PackageParts,
} from '../../../test/support/debian-archive.ts'
import { makeSigningKey } from '../../../test/support/debian-signing.ts'
import { MemoryStore } from '../../store/memory-store.ts'
import { loadImage } from '../../image/image.ts'
import { readTar } from '../../archive/tar-reader.ts'
import { readAll } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { buildBase, type BuildBaseOptions, type BuiltBase } from '../build-base.ts'
import { lockBase, type BaseSourceOptions, type BaseLock } from '../lock.ts'
import { composeRecipe, type RecipeChain } from '../recipe.ts'
import type { Recipe } from '../recipe-schema.ts'

const job = createJob()

/** An archive of a test's own, with a cache for what is fetched from it. */
export interface TestArchive extends AsyncDisposable {
  readonly folder: string
  /** For everything that fetches. */
  readonly options: BaseSourceOptions & { readonly architectures: readonly string[] }
  /** What was asked of the mirror. */
  readonly requests: readonly string[]
  /** Puts other packages in the place of those that are there. */
  publish(packages: readonly PackageParts[]): Promise<void>
  lock(chain: RecipeChain): Promise<BaseLock>
  build(chain: RecipeChain, options?: Partial<BuildBaseOptions>): Promise<BuiltBase & { readonly store: MemoryStore }>
}

/** Starts a mirror of a suite with these packages. */
export async function startArchive(packages: readonly PackageParts[]): Promise<TestArchive> {
  await using owned = new AsyncDisposableStack()
  const folder = owned.use(await temporaryDirectory()).path
  const key = await makeSigningKey()
  const files: ArchiveFiles = new Map()
  const mirror = owned.use(await startMirror(files))
  const keyring = join(folder, 'keyring.asc')
  await writeFile(keyring, key.armour)
  const options = {
    cacheFolder: join(folder, 'cache'),
    ...{ suite: 'bookworm', architectures: ['amd64'], mirrors: [mirror.address], keyrings: [keyring] },
    ...{ environment: {}, aptFolder: join(folder, 'no-apt') },
  }
  const publish = async (parts: readonly PackageParts[]): Promise<void> => {
    const made = await Promise.all(parts.map(async (each) => ({ ...each, deb: await debOf(each) })))
    await addSuite(files, { suite: 'bookworm', key, packages: made, date: new Date(Date.now() - 3_600_000) })
  }
  await publish(packages)
  const moved = owned.move()
  return {
    ...{ folder, options, publish, requests: mirror.requests },
    lock: (chain) => lockBase(chain, options, job),
    async build(chain, more = {}) {
      const store = new MemoryStore()
      return { ...(await buildBase(chain, { ...options, sink: store, references: [], ...more }, job)), store }
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

/** A recipe by itself, for the packages of the archive alone. */
export async function chainOf(recipe: Recipe, name = 'mine'): Promise<RecipeChain> {
  return await composeRecipe(name, { pockets: [], ...recipe })
}

/** What each layer of an image has: kind, mode and what there is to say, by path. */
export async function layersOf(
  { store, descriptor }: { readonly store: MemoryStore; readonly descriptor: BuiltBase['descriptor'] },
  architecture = 'amd64',
): Promise<readonly ReadonlyMap<string, string>[]> {
  const image = await loadImage(store, descriptor, { os: 'linux', architecture }, job)
  return await Promise.all(
    image.layers.map(async (layer) => {
      const found = new Map<string, string>()
      for await (const { entry, body } of readTar(layer.openTar(job), job)) {
        const text = Buffer.from(await readAll(body, 1e6)).toString('latin1')
        found.set(entry.path, entry.kind === 'file' ? text : `${entry.kind} ${entry.linkTarget}`.trim())
      }
      return found
    }),
  )
}
