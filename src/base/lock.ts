import { join } from 'node:path'
import { openPackageIndex } from '../debian/package-index.ts'
import { openRepository, type Repository, type RepositoryOptions } from '../debian/repository.ts'
import type { Job } from '../std/job.ts'
import { JsonError, parseJson } from '../std/json.ts'
import { settingsOf, suiteName } from './chain/settings.ts'
import { BaseError } from './errors.ts'
import { lineOfPackage, lockFileSchema, packageOfLine } from './locking/lock-file.ts'
import { resolveLink, type ListedSource } from './locking/resolve-link.ts'
import type { LockedImage, LockedLayer } from './locked-packages.ts'
import type { RecipeChain } from './recipe.ts'

/** Exactly which packages make a base image. With it, nothing is resolved, and no index is needed. */
export interface BaseLock {
  /** The name of the recipe. */
  readonly recipe: string
  readonly suite: string
  /** When the newest of the indexes was made that the packages were chosen from, in milliseconds since 1970. */
  readonly dateMs: number
  readonly images: readonly LockedImage[]
}

/** Where packages come from: what is set here counts before the recipe. */
export type BaseSourceOptions = Pick<
  RepositoryOptions,
  | 'cacheFolder'
  | 'isOffline'
  | 'freshnessMs'
  | 'mirrors'
  | 'securityMirrors'
  | 'keyrings'
  | 'isValidUntilChecked'
  | 'environment'
  | 'aptFolder'
  | 'retry'
  | 'connectTimeoutMs'
  | 'idleTimeoutMs'
> & {
  readonly suite?: string | undefined
  /** In Debian's words. By default the recipe's, or else that of this machine. */
  readonly architectures?: readonly string[] | undefined
}

/**
 * Chooses the packages of a recipe, for each architecture. Each recipe of the chain is resolved with what those below it have
 * chosen, so that images of recipes that extend the same one have its layer in common.
 *
 * @throws BaseError `bad-recipe` for what the recipe asks for and the archive has not, with its place; DebianError
 */
export async function lockBase(chain: RecipeChain, options: BaseSourceOptions, job: Job): Promise<BaseLock> {
  const settings = settingsOf(chain)
  const images: LockedImage[] = []
  let dateMs = 0
  for (const architecture of options.architectures ?? settings.architectures) {
    await using repository = await openBaseRepository(chain, architecture, options, job)
    const releases = await repository.releases(job)
    dateMs = Math.max(dateMs, ...releases.map((release) => release.dateMs))
    images.push({ architecture, layers: await lockImage(chain, repository, architecture, options.cacheFolder, job) })
  }
  return {
    recipe: chain.name,
    suite: options.suite === undefined ? settings.suite : suiteName(options.suite),
    dateMs,
    images,
  }
}

/** The archives that a recipe's packages for an architecture come from. @throws DebianError `bad-source` */
export async function openBaseRepository(
  chain: RecipeChain,
  architecture: string,
  options: BaseSourceOptions,
  job: Job,
): Promise<Repository> {
  const { suite, components, pockets, mirrors, securityMirrors, keyrings } = settingsOf(chain)
  return await openRepository(
    {
      ...options,
      ...{ architecture, components, pockets },
      suite: options.suite ?? suite,
      mirrors: options.mirrors ?? mirrors,
      securityMirrors: options.securityMirrors ?? securityMirrors,
      keyrings: [...keyrings, ...(options.keyrings ?? [])],
    },
    job,
  )
}

async function lockImage(
  chain: RecipeChain,
  repository: Repository,
  architecture: string,
  cacheFolder: string,
  job: Job,
): Promise<readonly LockedLayer[]> {
  await using opened = new AsyncDisposableStack()
  const sources: ListedSource[] = []
  for (const list of await repository.packageLists(job)) {
    const index = opened.use(await openPackageIndex(list, join(cacheFolder, 'indexes'), job))
    sources.push({ index, names: list.names, suite: list.suite, priority: priorityOf(list.suite) })
  }
  const layers: LockedLayer[] = []
  const pins = chain.links.flatMap(({ recipe }) => recipe.pins ?? [])
  for (const link of chain.links) {
    const lower = layers.flatMap(({ packages }) => packages)
    layers.push(resolveLink(link, lower, pins, sources, architecture))
  }
  return layers
}

/** As apt has them: backports are taken only when somebody asks for them. */
function priorityOf(suite: string): number {
  if (suite.endsWith('-backports')) return 100
  return suite === 'experimental' || suite === 'rc-buggy' ? 1 : 500
}

/**
 * Reads the text of a lock.
 *
 * @param path for messages.
 * @throws BaseError `bad-lock`
 */
export function parseLock(bytes: Uint8Array, path: string): BaseLock {
  try {
    const { recipe, suite, date, images } = parseJson(bytes, lockFileSchema, path)
    return {
      ...{ recipe, suite },
      dateMs: Date.parse(date),
      images: images.map(({ architecture, layers }) => ({
        architecture,
        layers: layers.map((layer) => ({ ...layer, packages: layer.packages.map(packageOfLine) })),
      })),
    }
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new BaseError('bad-lock', error.message, {
      cause: error,
      hint: 'A lock is written by wherry base. Delete it, or take it from version control, and run this again.',
    })
  }
}

/** The text of a lock: JSON, with a line for each package. The same lock gives the same text. */
export function formatLock(lock: BaseLock): string {
  const date = `${new Date(lock.dateMs).toISOString().slice(0, 19)}Z`
  const layerText = ({ name, requests, packages }: LockedLayer): string => {
    const lines = packages.map((each) => `            ${JSON.stringify(lineOfPackage(each))}`)
    const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n          ]`
    const [nameText, requestsText] = [JSON.stringify(name), JSON.stringify(requests)]
    return `        {\n          "name": ${nameText},\n          "requests": ${requestsText},\n          "packages": ${list}\n        }`
  }
  const images = lock.images.map(({ architecture, layers }) => {
    const list = layers.map(layerText).join(',\n')
    return `    {\n      "architecture": ${JSON.stringify(architecture)},\n      "layers": [\n${list}\n      ]\n    }`
  })
  const head = Object.entries({ version: 1, recipe: lock.recipe, suite: lock.suite, date })
  const fields = head.map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`).join('')
  return `{\n${fields}  "images": [\n${images.join(',\n')}\n  ]\n}\n`
}
