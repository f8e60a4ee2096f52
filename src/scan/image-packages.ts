import { debianPackageUrl } from '../debian/package-url.ts'
import type { FileEntry } from '../filetree/file-entry.ts'
import type { FileTree } from '../filetree/file-tree.ts'
import { forEachConcurrently } from '../std/concurrency.ts'
import type { Job } from '../std/job.ts'
import { alpineDatabaseFile, alpinePackageUrl, readAlpinePackages } from './alpine-packages.ts'
import { debianDatabases, readDebianPackages } from './debian-packages.ts'
import type { ImagePackage } from './image-package.ts'
import { readLanguagePackage, tellsOfPackage } from './language/language-package.ts'
import { readSystemName } from './system-name.ts'

/** Files that are read at once. */
const readsMax = 16

/**
 * Every package that an image tells of: those of dpkg and apk, Python's distributions and Node's packages, by purl; each once. Metadata of
 * languages that is damaged is left out, as their own tools do it.
 *
 * @param entries all of the tree, by those who have walked through it already.
 * @throws DebianError `bad-control-data` for a damaged database of the system; FileTreeError `damaged-cache`
 */
export async function readImagePackages(
  tree: FileTree,
  job: Job,
  entries: Iterable<FileEntry> = tree.entries(),
): Promise<readonly ImagePackage[]> {
  const packages = new Map<string, ImagePackage>()
  for await (const each of systemPackages(tree, job)) packages.set(each.purl, each)
  const files = Iterator.from(entries).filter(tellsOfPackage)
  await forEachConcurrently(files, readsMax, job, async (file) => {
    const found = await readLanguagePackage(tree, file)
    if (found !== undefined) packages.set(found.purl, found)
  })
  job.signal.throwIfAborted()
  return [...packages.values()].toSorted((one, other) => (one.purl < other.purl ? -1 : 1))
}

async function* systemPackages(tree: FileTree, job: Job): AsyncGenerator<ImagePackage> {
  const system = await readSystemName(tree)
  for (const database of debianDatabases(tree)) {
    for await (const { record } of readDebianPackages(tree, database, job)) {
      const { name, version } = record
      yield { type: 'deb', name, version, purl: debianPackageUrl(record, system?.id, system?.version ?? '') }
    }
  }
  const database = tree.resolve(alpineDatabaseFile)
  if (database?.kind !== 'file') return
  for await (const each of readAlpinePackages(tree, database, job)) {
    yield { type: 'apk', name: each.name, version: each.version, purl: alpinePackageUrl(each, system) }
  }
}
