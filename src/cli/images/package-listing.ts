import type { PackageRecord } from '../../debian/package-record.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import { ImageError } from '../../image/errors.ts'
import { debianDatabases, dpkgStatusFile, dpkgStatusFolder, readDebianPackages } from '../../scan/debian-packages.ts'
import type { Job } from '../../std/job.ts'
import { formatJson } from '../format/json.ts'
import { formatTable } from '../format/table.ts'

/**
 * The packages that dpkg, or what stands for it in small images, says are in an image; by name.
 *
 * @throws ImageError `not-found` for an image that says nothing; DebianError `bad-control-data`
 */
export async function installedPackages(tree: FileTree, job: Job): Promise<readonly PackageRecord[]> {
  const files = debianDatabases(tree)
  if (files.length === 0) {
    throw new ImageError('not-found', 'the image does not say what packages it has', {
      hint: `It has neither ${dpkgStatusFile} nor ${dpkgStatusFolder}, which images of Debian's packages have.`,
    })
  }
  const records: PackageRecord[] = []
  for (const file of files) for await (const { record } of readDebianPackages(tree, file, job)) records.push(record)
  return records.toSorted((one, other) => (one.name < other.name ? -1 : 1))
}

export function packagesToText(packages: readonly PackageRecord[]): string {
  const columns = ['PACKAGE', 'VERSION', 'ARCHITECTURE', 'SOURCE'].map((title) => ({ title }))
  const rows = packages.map(({ name, version, architecture, source }) => [name, version, architecture, source.name])
  return formatTable(columns, rows)
}

export function packagesToJson(packages: readonly PackageRecord[]): string {
  return formatJson(
    packages.map(({ name, version, architecture, source }) => ({
      ...{ name, version, architecture, source: source.name, sourceVersion: source.version },
    })),
  )
}
