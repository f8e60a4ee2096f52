import { compareVersions } from '../debian/version.ts'
import type { Job } from '../std/job.ts'
import { lockBase, openBaseRepository, type BaseLock, type BaseSourceOptions } from './lock.ts'
import type { LockedPackage } from './locked-packages.ts'
import type { RecipeChain } from './recipe.ts'
import { namedVulnerabilities, readChangelog } from './updating/changelog.ts'

/** How a package of a newer lock differs from the one that it had. */
export interface PackageChange {
  readonly name: string
  /** Those of the images that it changed in, in Debian's words. */
  readonly architectures: readonly string[]
  /** Undefined for a package that was not there. */
  readonly from: string | undefined
  /** Undefined for a package that is there no longer. */
  readonly to: string | undefined
  /** The vulnerabilities that Debian's changelog names in what came between, where the version became newer. */
  readonly vulnerabilities: readonly string[]
}

/** A lock, and how it differs from the one before it. */
export interface UpdatedLock {
  readonly lock: BaseLock
  /** By name. */
  readonly changes: readonly PackageChange[]
}

/**
 * Chooses the packages of a recipe anew, and tells what that changes. The changelogs are those in the new packages, which are
 * fetched for it.
 *
 * @throws as {@link lockBase}
 */
export async function updateLock(
  chain: RecipeChain,
  old: BaseLock,
  options: BaseSourceOptions,
  job: Job,
): Promise<UpdatedLock> {
  const lock = await lockBase(chain, options, job)
  const changed = comparePackages(old, lock)
  const vulnerabilities = await fixedVulnerabilities(changed, chain, lock, options, job)
  const changes = changed.map(({ name, architectures, before, after }) => ({
    ...{ name, architectures, from: before?.version, to: after?.version },
    vulnerabilities: vulnerabilities.get(name) ?? [],
  }))
  return { lock, changes }
}

interface ChangedPackage {
  readonly name: string
  readonly architectures: readonly string[]
  readonly before: LockedPackage | undefined
  readonly after: LockedPackage | undefined
}

/** What two locks have of each package, where that is not the same; the same change of several images is one. */
function comparePackages(old: BaseLock, lock: BaseLock): readonly ChangedPackage[] {
  const changes = new Map<string, ChangedPackage>()
  for (const architecture of new Set([...old.images, ...lock.images].map((image) => image.architecture))) {
    const [before, after] = [packagesOf(old, architecture), packagesOf(lock, architecture)]
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      const [then, now] = [before.get(name), after.get(name)]
      if (then?.version === now?.version) continue
      const key = `${name} ${then?.version ?? ''} ${now?.version ?? ''}`
      const others = changes.get(key)?.architectures ?? []
      changes.set(key, { name, before: then, after: now, architectures: [...others, architecture] })
    }
  }
  return [...changes.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

function packagesOf(lock: BaseLock, architecture: string): ReadonlyMap<string, LockedPackage> {
  const image = lock.images.find((each) => each.architecture === architecture)
  const packages = image?.layers.flatMap((layer) => layer.packages) ?? []
  return new Map(packages.map((each) => [each.name, each]))
}

/** By the name of the changed package. */
async function fixedVulnerabilities(
  changes: readonly ChangedPackage[],
  chain: RecipeChain,
  lock: BaseLock,
  options: BaseSourceOptions,
  job: Job,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>()
  for (const { architecture } of lock.images) {
    const newer = changes.filter((each) => isNewer(each) && each.architectures[0] === architecture)
    if (newer.length === 0) continue
    const changelogs = await changelogsOf(newer, chain, architecture, options, job)
    for (const { name, before, after } of newer) {
      const changelog = changelogs.get(after?.source.name ?? '')
      if (changelog === undefined || before === undefined || after === undefined) continue
      found.set(name, namedVulnerabilities(changelog, before.source.version, after.source.version))
    }
  }
  return found
}

function isNewer({ before, after }: ChangedPackage): boolean {
  return before !== undefined && after !== undefined && compareVersions(after.version, before.version) > 0
}

/** By the name of the source package. Of several packages of one source, some have their documents in another one. */
async function changelogsOf(
  changes: readonly ChangedPackage[],
  chain: RecipeChain,
  architecture: string,
  options: BaseSourceOptions,
  job: Job,
): Promise<ReadonlyMap<string, string>> {
  const packages = changes.flatMap(({ after }) => after ?? [])
  await using repository = await openBaseRepository(chain, architecture, options, job)
  const paths = await repository.fetchPackages(packages, job)
  const changelogs = new Map<string, string>()
  for (const [index, { name, source }] of packages.entries()) {
    const path = paths[index]
    if (path === undefined || changelogs.has(source.name)) continue
    const text = await readChangelog(path, name, job)
    if (text !== undefined) changelogs.set(source.name, text)
  }
  return changelogs
}
