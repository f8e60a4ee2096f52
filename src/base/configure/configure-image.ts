import { copyFile, link, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseIgnoreFile } from '../../dockerfile/ignore-file.ts'
import { createPathMatcher } from '../../dockerfile/path-matcher.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import { settingsOf } from '../chain/settings.ts'
import { BaseError } from '../errors.ts'
import { readPackages, type AssembledLayer, type AssembleOptions } from '../image/assemble-image.ts'
import type { LockedLayer, LockedPackage } from '../locked-packages.ts'
import type { ReadPackage } from '../packages/read-package.ts'
import { recipeFiles } from '../provide/recipe-files.ts'
import type { RecipeLink } from '../recipe.ts'
import { ImageTree } from '../tree/image-tree.ts'
import { bootstrapRoot } from './bootstrap-root.ts'
import { cleanRoot } from './clean-root.ts'
import { debName, installPackages } from './install-packages.ts'
import { addAccounts, putFiles } from './put-files.ts'
import { changesOfRoot, type RootState } from './read-root.ts'
import { checkRootSandbox, type RootSandbox } from './root-sandbox.ts'
import { aptFiles, filesBeforeUnpacking } from './system-files.ts'
import { writeRootLayer } from './write-root-layer.ts'

/** What to make, beside what every image is made from. */
export interface ConfigureOptions extends Omit<AssembleOptions, 'providers'> {
  readonly suite: string
}

/**
 * Makes the layers of an image whose packages' scripts are run: dpkg installs the packages of each recipe into a root, and what
 * that changed is the layer. The same packages and recipes give the same layers.
 *
 * @throws BaseError `not-possible-here`, `script-failed` and as assembling does; DebianError; what the sink throws
 */
export async function configureImage(options: ConfigureOptions, job: Job): Promise<readonly AssembledLayer[]> {
  checkRootSandbox(options.chain.name)
  const read = await readPackages(options, job)
  const folder = join(options.folders.scratchFolder, 'configuring')
  const root = join(folder, 'root')
  await mkdir(folder, { mode: 0o700 })
  await mkdir(root, { mode: 0o755 })
  const layers: AssembledLayer[] = []
  let state: RootState = new Map()
  let lowerSeconds: number | undefined
  for (const [number, locked] of options.image.layers.entries()) {
    const own = options.chain.links[number]
    assert(own !== undefined, 'the lock was checked')
    const newest = newestSeconds(locked.packages, read) ?? options.fallbackSeconds
    const dateSeconds = Math.min(Math.max(newest, lowerSeconds ?? 0), options.latestSeconds ?? Infinity)
    lowerSeconds = dateSeconds
    const packages = join(folder, `packages-${number}`)
    await mkdir(packages, { mode: 0o755 })
    const sandbox = { root, packages, dateSeconds }
    await makeLayer({ number, locked, own, sandbox, read, options }, job)
    const changes = await changesOfRoot(root, state, dateSeconds, job)
    const sums = await writeRootLayer(changes, join(folder, `layer-${number}`), options.sink, job)
    state = changes.state
    layers.push({ ...sums, locked, dateSeconds })
  }
  return layers
}

interface LayerWork {
  readonly number: number
  readonly locked: LockedLayer
  readonly own: RecipeLink
  readonly sandbox: RootSandbox
  readonly read: ReadonlyMap<string, ReadPackage>
  readonly options: ConfigureOptions
}

/** Leaves the root as the image is to have it. */
async function makeLayer({ number, locked, own, sandbox, read, options }: LayerWork, job: Job): Promise<void> {
  const { recipe, name } = own
  const { packages } = locked
  const id = `configure:${options.image.architecture}:${name}`
  job.emit({
    type: 'task-started',
    id,
    title: `Installing ${packages.length} packages of ${name}`,
    totalBytes: undefined,
  })
  try {
    if (number === 0) {
      const excluded = createPathMatcher(parseIgnoreFile((recipe.exclude?.paths ?? []).join('\n')).patterns)
      const { architecture } = options.image
      await bootstrapRoot({ root: sandbox.root, packages, read, excluded, architecture }, job)
      requireDpkg(packages, name)
    }
    for (const each of packages) await provideDeb(each, options.debs, sandbox.packages)
    await putFiles(sandbox, filesBeforeUnpacking(own, number), name, job)
    const isIncomplete = options.chain.links
      .slice(0, number + 1)
      .some((each) => each.recipe.dependencies === 'none' || (each.recipe.exclude?.packages ?? []).length > 0)
    await installPackages({ sandbox, recipe: name, packages, read, isFirst: number === 0, isIncomplete }, job)
    const components = settingsOf(options.chain).components ?? ['main']
    if (number === 0) await putFiles(sandbox, await aptFiles(sandbox.root, options.suite, components), name, job)
    await addAccounts(sandbox, own, job)
    await putFiles(sandbox, await recipeFiles(contextOf(own, sandbox, options)), name, job)
    await cleanRoot(sandbox, name, job)
    job.emit({ type: 'task-done', id, outcome: 'installed' })
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: error instanceof Error ? error.message : String(error) })
    throw error
  }
}

/** What is asked of a recipe's own files is the recipe alone. */
function contextOf(own: RecipeLink, { dateSeconds }: RootSandbox, { image }: ConfigureOptions) {
  const { architecture } = image
  const nothing = { tree: new ImageTree(), selections: new Map(), packages: [] }
  return { layer: 0, links: [own], architecture, dateSeconds, ...nothing }
}

function requireDpkg(packages: readonly LockedPackage[], recipe: string): void {
  const missing = ['dpkg', 'dash', 'tar', 'findutils', 'perl-base'].find(
    (name) => !packages.some((each) => each.name === name),
  )
  if (missing === undefined) return
  throw new BaseError('bad-recipe', `the recipe ${recipe} runs the scripts of its packages, but has no ${missing}`, {
    hint: 'Extend debian, or set "essential: true".',
  })
}

async function provideDeb(one: LockedPackage, debs: ReadonlyMap<string, string>, folder: string): Promise<void> {
  const deb = debs.get(one.file.sha256)
  assert(deb !== undefined, `${one.name} was fetched`)
  const target = join(folder, debName(one))
  // A cache of packages may be on another file system.
  await link(deb, target).catch(() => copyFile(deb, target))
}

function newestSeconds(packages: readonly LockedPackage[], read: ReadonlyMap<string, ReadPackage>): number | undefined {
  let newest: number | undefined
  for (const { file } of packages) {
    for (const entry of read.get(file.sha256)?.contents.entries ?? []) {
      if (entry.kind === 'file') newest = Math.max(newest ?? 0, entry.modifiedSeconds)
    }
  }
  return newest
}
