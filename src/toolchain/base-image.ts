import { join } from 'node:path'
import { buildBase, type BuildBaseOptions, type BuiltBase } from '../base/build-base.ts'
import { readRecipe, type RecipeChain } from '../base/recipe.ts'
import { attachSboms, type AttachedSbom } from '../base/sbom.ts'
import type { Job } from '../std/job.ts'
import { taggedReference } from './tagged-reference.ts'
import type { Toolchain } from './toolchain.ts'

/** How a base image is made. Nothing needs to be said. */
export interface BaseImageSettings extends Partial<Omit<BuildBaseOptions, 'sink' | 'references'>> {
  /** What to call it. */
  readonly names?: readonly string[]
  /** Whether bills of materials are attached to it; by default true. */
  readonly sboms?: boolean
}

/** What was made. */
export interface MadeBase {
  readonly built: BuiltBase
  readonly sboms: readonly AttachedSbom[]
}

/**
 * Makes a base image of Debian's packages in the store, with its bills of materials.
 *
 * @param recipe one that comes with wherry by its name (`static`, `node`), the path of one, or what `composeRecipe` made
 * @throws BaseError, DebianError, what the store throws
 */
export async function makeBaseImage(
  recipe: string | RecipeChain,
  settings: BaseImageSettings,
  toolchain: Toolchain,
  job: Job,
): Promise<MadeBase> {
  const { store, folders, environment } = toolchain
  const { names = [], sboms = true, ...given } = settings
  const references = names.map(taggedReference)
  const cacheFolder = given.cacheFolder ?? packagesFolder(folders.cache)
  const options: BuildBaseOptions = { environment, ...given, cacheFolder, sink: store, references }
  const chain = typeof recipe === 'string' ? await readRecipe(recipe, process.cwd()) : recipe
  const built = await buildBase(chain, options, job)
  // What has no name is kept by its digest.
  if (references.length === 0) await store.list(built.descriptor, job)
  return { built, sboms: sboms ? await attachSboms(built, { sink: store, cacheFolder }, job) : [] }
}

/** Where Debian's packages are kept. @param cacheFolder for what can be lost */
export function packagesFolder(cacheFolder: string): string {
  return join(cacheFolder, 'debian')
}
