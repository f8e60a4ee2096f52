import { debianArchitecture } from '../../base/architecture.ts'
import type { BaseSourceOptions } from '../../base/lock.ts'
import { composeRecipe, readRecipe, type RecipeChain } from '../../base/recipe.ts'
import { parsePackageRequest } from '../../debian/package-request.ts'
import { parsePlatform } from '../../image/platform.ts'
import { packagesFolder } from '../../toolchain/base-image.ts'
import { usualCacheFolder } from '../../toolchain/folders.ts'
import type { CommandContext } from '../context.ts'
import { wrongUsage } from '../errors.ts'

/** What the options say of where packages come from. */
export interface SourceOptions {
  readonly suite: string | undefined
  readonly platform: readonly string[]
  readonly mirror: readonly string[]
  readonly keyring: readonly string[]
  readonly offline: boolean
}

/** What packages are put on when no recipe is named. */
const defaultRecipe = 'base'

/**
 * The recipe that a command line asks for: one by its name or path, packages on top of it, or packages on top of `base`.
 *
 * @throws CliError `wrong-usage`; BaseError `unknown-recipe`, `bad-recipe`
 */
export async function requestedRecipe(recipe: string | undefined, packages: readonly string[]): Promise<RecipeChain> {
  const asked = packages.map((text) => text.trim()).filter((text) => text !== '')
  for (const text of asked) {
    const { problem } = parsePackageRequest(text)
    if (problem !== undefined) wrongUsage(`${JSON.stringify(text)} is no package: ${problem.message}`, problem.hint)
  }
  if (asked.length > 0) return await composeRecipe('packages', { extends: recipe ?? defaultRecipe, packages: asked })
  if (recipe !== undefined) return await readRecipe(recipe, process.cwd())
  return wrongUsage(
    'no recipe and no packages were given',
    'wherry base --list lists the recipes that come with wherry.',
  )
}

/** @throws CliError `wrong-usage`; ImageError `bad-name`; BaseError `unknown-architecture` */
export function sourceOptions(options: SourceOptions, { environment }: CommandContext): BaseSourceOptions {
  const architectures = [...new Set(options.platform.map((text) => debianArchitecture(parsePlatform(text))))]
  return {
    cacheFolder: packagesFolder(usualCacheFolder(environment)),
    environment,
    isOffline: options.offline,
    ...(options.suite === undefined ? {} : { suite: options.suite }),
    ...(architectures.length === 0 ? {} : { architectures }),
    ...(options.mirror.length === 0 ? {} : { mirrors: options.mirror }),
    ...(options.keyring.length === 0 ? {} : { keyrings: options.keyring }),
  }
}

/**
 * The latest time that a file may have, in milliseconds since 1970: what the option says, or SOURCE_DATE_EPOCH.
 *
 * @throws CliError `wrong-usage`
 */
export function latestDate(option: string | undefined, environment: NodeJS.ProcessEnv): number | undefined {
  const epoch = environment['SOURCE_DATE_EPOCH'] ?? ''
  const name = option === undefined ? 'SOURCE_DATE_EPOCH' : '--date'
  const text = option ?? epoch
  if (text === '') return undefined
  if (/^\d{1,12}$/.test(text)) return Number(text) * 1000
  const isDate = option !== undefined && /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/.test(text)
  const dateMs = isDate ? Date.parse(text) : Number.NaN
  if (Number.isFinite(dateMs) && dateMs >= 0) return dateMs
  return wrongUsage(
    `${name} is no date: ${JSON.stringify(text)}`,
    'Write it as 2026-05-01, as 2026-05-01T12:00:00Z, or in seconds since 1970.',
  )
}
