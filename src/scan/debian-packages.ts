import { readDeb822, fieldValue, streamStanzas, type Stanza } from '../debian/deb822.ts'
import { parsePackageRecord, type PackageRecord } from '../debian/package-record.ts'
import type { FileEntry } from '../filetree/file-entry.ts'
import type { FileTree } from '../filetree/file-tree.ts'
import type { Job } from '../std/job.ts'

/** Where dpkg notes what is installed. */
export const dpkgStatusFile = '/var/lib/dpkg/status'

/** What images without dpkg have: a file for each package, and one with sums beside it. */
export const dpkgStatusFolder = '/var/lib/dpkg/status.d'

/** A package that dpkg, or what stands for it in small images, says is installed. */
export interface InstalledDebianPackage {
  readonly record: PackageRecord
  /** All fields of the record. */
  readonly stanza: Stanza
}

/** The files that have such packages. Links are followed inside the image. */
export function debianDatabases(tree: FileTree): readonly FileEntry[] {
  const folder = tree.resolve(dpkgStatusFolder)
  const records = folder?.kind === 'directory' ? [...tree.children(folder.path)] : []
  const files = [tree.resolve(dpkgStatusFile), ...records.filter(({ path }) => !path.endsWith('.md5sums'))]
  return files.flatMap((file) => (file?.kind === 'file' ? [file] : []))
}

/**
 * The installed packages of one of {@link debianDatabases}, in its order.
 *
 * @throws DebianError `bad-control-data`; FileTreeError `damaged-cache`
 */
export async function* readDebianPackages(
  tree: FileTree,
  file: FileEntry,
  job: Job,
): AsyncGenerator<InstalledDebianPackage> {
  const what = `${file.path} of the image`
  for await (const { text, line } of streamStanzas(tree.openFile(file, job), what, job)) {
    const [stanza] = readDeb822(text, what, line)
    if (stanza === undefined) continue
    // dpkg keeps records of packages that were removed; in a folder of records there is no such field.
    const status = fieldValue(stanza, 'status') ?? 'install ok installed'
    if (status.endsWith(' installed')) yield { record: parsePackageRecord(text, what), stanza }
  }
}
