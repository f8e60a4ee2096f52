import { buildBase } from '../../base/build-base.ts'
import type { BaseLock, BaseSourceOptions } from '../../base/lock.ts'
import type { RecipeChain } from '../../base/recipe.ts'
import { attachSboms } from '../../base/sbom.ts'
import { updateLock, type PackageChange } from '../../base/update-lock.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { formatJson } from '../format/json.ts'
import { openLocalStore } from '../local-store.ts'
import { taggedReference } from '../tagged-reference.ts'
import { reportToJson, reportToText } from './base-report.ts'
import { latestDate, requestedRecipe, sourceOptions, type SourceOptions } from './base-request.ts'
import { readLockFile, writeLockFile } from './lock-file.ts'

/** What the command line says. */
export interface MakeBaseOptions extends SourceOptions {
  readonly packages: readonly string[]
  readonly tag: readonly string[]
  readonly lock: string | undefined
  readonly update: boolean
  readonly date: string | undefined
  readonly sbom: boolean | undefined
  readonly format: 'text' | 'json' | undefined
}

/** Makes a base image in the local store, and prints what it is. */
export async function makeBase(
  recipe: string | undefined,
  options: MakeBaseOptions,
  context: CommandContext,
): Promise<void> {
  const { job, output, style, environment } = context
  if (options.update && options.lock === undefined) wrongUsage('--update goes with --lock')
  const references = options.tag.map(taggedReference)
  const dateMs = latestDate(options.date, environment)
  const chain = await requestedRecipe(recipe, options.packages)
  const sources = sourceOptions(options, context)
  const { lock, changes } = await lockToUse(chain, options, sources, context)
  await using store = await openLocalStore(context)
  const built = await buildBase(chain, { ...sources, sink: store, references, lock, dateMs }, job)
  // What has no name is kept by its digest.
  if (references.length === 0) await store.list(built.descriptor, job)
  const { cacheFolder } = sources
  const sboms = options.sbom === false ? [] : await attachSboms(built, { sink: store, cacheFolder }, job)
  const isNewLock = lock === undefined || changes !== undefined
  if (options.lock !== undefined && isNewLock) await writeLockFile(options.lock, built.lock, job)
  const report = { references, built, sboms, changes }
  await output.write(options.format === 'json' ? formatJson(reportToJson(report)) : reportToText(report, style))
}

interface ChosenLock {
  /** Undefined where there is none yet. */
  readonly lock: BaseLock | undefined
  /** Undefined unless it was moved. */
  readonly changes: readonly PackageChange[] | undefined
}

async function lockToUse(
  chain: RecipeChain,
  { lock: path, update }: MakeBaseOptions,
  sources: BaseSourceOptions,
  { job }: CommandContext,
): Promise<ChosenLock> {
  const lock = path === undefined ? undefined : await readLockFile(path)
  if (lock === undefined || !update) return { lock, changes: undefined }
  const architectures = sources.architectures ?? lock.images.map(({ architecture }) => architecture)
  return await updateLock(chain, lock, { ...sources, architectures }, job)
}
