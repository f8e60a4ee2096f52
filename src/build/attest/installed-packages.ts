import { fieldValue } from '../../debian/deb822.ts'
import { DebianError } from '../../debian/errors.ts'
import { debianPackageUrl } from '../../debian/package-url.ts'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import { alpineDatabaseFile, alpinePackageUrl, readAlpinePackages } from '../../scan/alpine-packages.ts'
import { debianDatabases, readDebianPackages } from '../../scan/debian-packages.ts'
import type { SystemName } from '../../scan/system-name.ts'
import type { Job } from '../../std/job.ts'

/** A package of an image, as documents tell of it. */
export interface InstalledPackage {
  readonly name: string
  readonly version: string
  /** Its package URL. */
  readonly url: string
  readonly sourceInfo: string | undefined
  readonly supplier: string | undefined
  readonly homepage: string | undefined
  readonly summary: string | undefined
}

/**
 * The packages that dpkg and apk have noted, by URL.
 *
 * What is damaged is passed over with a notice: a document with gaps that are told is better than a build that fails.
 */
export async function installedPackages(
  tree: FileTree,
  system: SystemName | undefined,
  job: Job,
): Promise<readonly InstalledPackage[]> {
  const packages = new Map<string, InstalledPackage>()
  const take = async (found: AsyncIterable<InstalledPackage>): Promise<void> => {
    try {
      for await (const each of found) packages.set(each.url, each)
    } catch (error) {
      if (!(error instanceof DebianError)) throw error
      lacks(`packages: ${error.message}`, job)
    }
  }
  for (const file of debianDatabases(tree)) await take(debianPackages(tree, file, system, job))
  const alpine = tree.resolve(alpineDatabaseFile)
  if (alpine?.kind === 'file') await take(alpinePackages(tree, alpine, system, job))
  if (tree.resolve('/var/lib/rpm') !== undefined || tree.resolve('/usr/lib/sysimage/rpm') !== undefined) {
    lacks('what RPM has installed: its database is not read', job)
  }
  return [...packages.values()].toSorted((one, other) => (one.url < other.url ? -1 : 1))
}

function lacks(what: string, job: Job): void {
  job.emit({ type: 'notice', level: 'warning', message: `the bill of materials lacks ${what}` })
}

async function* debianPackages(
  tree: FileTree,
  file: FileEntry,
  system: SystemName | undefined,
  job: Job,
): AsyncGenerator<InstalledPackage> {
  for await (const { record, stanza } of readDebianPackages(tree, file, job)) {
    yield {
      name: record.name,
      version: record.version,
      url: debianPackageUrl(record, system?.id, system?.version ?? ''),
      sourceInfo: `built package from: ${record.source.name} ${record.source.version}`,
      supplier: personOf(fieldValue(stanza, 'maintainer')),
      homepage: fieldValue(stanza, 'homepage'),
      summary: fieldValue(stanza, 'description')?.split('\n')[0],
    }
  }
}

async function* alpinePackages(
  tree: FileTree,
  file: FileEntry,
  system: SystemName | undefined,
  job: Job,
): AsyncGenerator<InstalledPackage> {
  for await (const each of readAlpinePackages(tree, file, job)) {
    const { name, version, origin, maintainer, homepage, summary } = each
    yield {
      ...{ name, version, url: alpinePackageUrl(each, system), supplier: personOf(maintainer), homepage, summary },
      sourceInfo: origin === undefined ? undefined : `built package from: ${origin} ${version}`,
    }
  }
}

/** SPDX 2.3, 7.5: a name, and an address in parentheses. */
function personOf(maintainer: string | undefined): string | undefined {
  const match = /^(.*?)\s*<([^>]*)>$/.exec(maintainer ?? '')
  if (match === null) return maintainer === undefined ? undefined : `Person: ${maintainer}`
  return `Person: ${match[1]} (${match[2]})`
}
