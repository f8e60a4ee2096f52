import type { BaseLock, BaseSourceOptions } from '../../base/lock.ts'
import type { RecipeChain } from '../../base/recipe.ts'
import { updateLock, type PackageChange } from '../../base/update-lock.ts'
import { makeBaseImage } from '../../toolchain/base-image.ts'
import { openCommandToolchain } from '../command-toolchain.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'
import { formatJson } from '../format/json.ts'
import { taggedReference } from '../../toolchain/tagged-reference.ts'
import { reportToJson, reportToText } from './base-report.ts'
import { latestDate, requestedRecipe, sourceOptions, type SourceOptions } from './base-request.ts'
import { readLockFile, writeLockFile } from './lock-file.ts'

/** Nothing is fetched from a registry. */
const noRegistries = { 'tls-verify': undefined, 'ca-file': undefined }

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
  await using toolchain = await openCommandToolchain(context, noRegistries)
  const settings = { ...sources, names: options.tag, lock, dateMs, sboms: options.sbom ?? true }
  const { built, sboms } = await makeBaseImage(chain, settings, toolchain, job)
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
