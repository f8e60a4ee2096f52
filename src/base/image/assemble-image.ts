import type { PathMatcher } from '../../dockerfile/path-matcher.ts'
import { createPathMatcher } from '../../dockerfile/path-matcher.ts'
import { parseIgnoreFile } from '../../dockerfile/ignore-file.ts'
import type { ContentSink } from '../../image/content.ts'
import { ImageError } from '../../image/errors.ts'
import { assert } from '../../std/assert.ts'
import { forEachConcurrently } from '../../std/concurrency.ts'
import type { Job } from '../../std/job.ts'
import type { CacheFolders } from '../cache/cache-files.ts'
import { buildLayer, type LayerParts } from '../layers/build-layer.ts'
import { placeMade } from '../layers/place-made.ts'
import { writeLayer, type LayerSums } from '../layers/write-layer.ts'
import type { LockedImage, LockedLayer, LockedPackage } from '../locked-packages.ts'
import { readPackage, type ReadPackage } from '../packages/read-package.ts'
import type { Providers } from '../provide/providers.ts'
import type { LayerContext, Provider } from '../provide/provider.ts'
import type { RecipeChain, RecipeLink } from '../recipe.ts'
import { ImageTree } from '../tree/image-tree.ts'
import { placePackage, type Selections } from '../tree/place-package.ts'

/** What an image is put together from. */
export interface AssembleOptions {
  readonly chain: RecipeChain
  readonly image: LockedImage
  /** Where the .deb files are, by their hash. */
  readonly debs: ReadonlyMap<string, string>
  readonly folders: CacheFolders
  readonly providers: Providers
  readonly sink: ContentSink
  /** No time in the image is later; undefined: the time of the newest file. */
  readonly latestSeconds: number | undefined
  /** For a layer that has no package, and none below it. */
  readonly fallbackSeconds: number
}

/** A layer that is written. */
export interface AssembledLayer extends LayerSums {
  readonly locked: LockedLayer
  readonly dateSeconds: number
}

/** Packages that are read at once: decompressing takes a processor each. */
const packagesAtOnce = 3

/**
 * Puts the layers of an image together and writes them.
 *
 * @throws BaseError, DebianError `bad-package-file`, what the sink throws
 */
export async function assembleImage(options: AssembleOptions, job: Job): Promise<readonly AssembledLayer[]> {
  const packages = await readPackages(options, job)
  const tree = new ImageTree()
  const placed: Selections = new Map()
  const layers: AssembledLayer[] = []
  let dateSeconds = options.fallbackSeconds
  for (const [number, locked] of options.image.layers.entries()) {
    const links = options.chain.links.slice(0, number + 1)
    dateSeconds = await placeLayer(number, locked, links, packages, { tree, placed, dateSeconds, options })
    const parts: LayerParts = {
      ...{ number, tree, dateSeconds },
      packages: locked.packages.map((each) => partOf(each, placed, packages)),
      folders: options.folders,
    }
    layers.push({ ...(await writeParts(parts, options.sink, job)), locked, dateSeconds })
  }
  return layers
}

/** Reads all packages of an image. @returns them by the hash of the .deb. @throws as {@link readPackage} */
export async function readPackages(
  { image, debs, folders }: Pick<AssembleOptions, 'image' | 'debs' | 'folders'>,
  job: Job,
): Promise<ReadonlyMap<string, ReadPackage>> {
  const packages = new Map<string, ReadPackage>()
  const locked = image.layers.flatMap((layer) => layer.packages)
  // The largest first, so that nobody waits for one of them at the end.
  const bySize = locked.toSorted((a, b) => b.file.sizeBytes - a.file.sizeBytes)
  await forEachConcurrently(bySize, packagesAtOnce, job, async ({ name, file }, inner) => {
    const deb = debs.get(file.sha256)
    assert(deb !== undefined, `${name} was fetched`)
    packages.set(file.sha256, await readPackage(deb, file.sha256, folders, inner))
  })
  return packages
}

function partOf(
  { name, file }: LockedPackage,
  placed: Selections,
  packages: ReadonlyMap<string, ReadPackage>,
): LayerParts['packages'][number] {
  const [selection, read] = [placed.get(name), packages.get(file.sha256)]
  assert(selection !== undefined && read !== undefined, `${name} was read and placed`)
  return { selection, read }
}

interface Placing {
  readonly tree: ImageTree
  readonly placed: Selections
  /** That of the layer below. */
  readonly dateSeconds: number
  readonly options: AssembleOptions
}

/** Places what a layer has in the tree. @returns the date of the layer. */
async function placeLayer(
  layer: number,
  locked: LockedLayer,
  links: readonly RecipeLink[],
  packages: ReadonlyMap<string, ReadPackage>,
  { tree, placed, dateSeconds: lowerSeconds, options }: Placing,
): Promise<number> {
  const { providers } = options
  const provide = async (list: readonly Provider[], context: LayerContext): Promise<void> => {
    for (const provider of list) placeMade(await provider(context), layer, tree, placed)
  }
  const names = locked.packages.map(({ name }) => name)
  const plain = { layer, links, tree, selections: placed, packages: names, architecture: options.image.architecture }
  if (layer === 0) await provide(providers.root, { ...plain, dateSeconds: lowerSeconds })
  const excluded = excludedPaths(links)
  for (const { name, file } of locked.packages) {
    const read = packages.get(file.sha256)
    assert(read !== undefined, `${name} was read`)
    placePackage(name, read.contents, layer, excluded, tree, placed)
  }
  const newest = newestSeconds(names, placed)
  const own = Math.max(newest ?? lowerSeconds, layer === 0 ? 0 : lowerSeconds)
  const dateSeconds = Math.min(own, options.latestSeconds ?? own)
  const context = { ...plain, dateSeconds }
  await provide(providers.layer, context)
  await provide(providers.final, context)
  return dateSeconds
}

function newestSeconds(names: readonly string[], placed: Selections): number | undefined {
  let newest: number | undefined
  for (const name of names) {
    const selection = placed.get(name)
    for (const number of selection?.paths.keys() ?? []) {
      newest = Math.max(newest ?? 0, selection?.contents.entries[number]?.modifiedSeconds ?? 0)
    }
  }
  return newest
}

/** Patterns are those of a `.dockerignore`: `**`, and `!` for what is kept nevertheless. */
function excludedPaths(links: readonly RecipeLink[]): PathMatcher {
  const patterns = links.flatMap(({ recipe }) => recipe.exclude?.paths ?? [])
  return createPathMatcher(parseIgnoreFile(patterns.join('\n')).patterns)
}

/** What is kept of a layer's parts may be damaged: then they are made once more. */
async function writeParts(parts: LayerParts, sink: ContentSink, job: Job): Promise<LayerSums> {
  const members = await buildLayer(parts, job)
  try {
    return await writeLayer(members, parts.folders, sink, job)
  } catch (error) {
    const isDamaged = error instanceof ImageError && ['digest-mismatch', 'size-mismatch'].includes(error.code)
    if (!isDamaged) throw error
    for (const member of members) await member.discard()
    return await writeLayer(await buildLayer(parts, job), parts.folders, sink, job)
  }
}
