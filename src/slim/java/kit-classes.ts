import { posix } from 'node:path'
import { readZipEntries } from '../../archive/zip-reader.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Job } from '../../std/job.ts'
import { fileAccess } from './file-access.ts'

/** What a kit has of Java's own. */
export interface KitClasses {
  /** All modules that can be linked. */
  readonly modules: ReadonlySet<string>
  /** Of each class that is not in another class, the module: `java/sql/Driver` is in `java.sql`. Those of `java.base` go without saying. */
  readonly moduleOf: ReadonlyMap<string, string>
}

/**
 * Reads what is in the modules of a kit: the lists of its `jmod` files, which are zip archives behind four bytes.
 *
 * @param path of the kit
 * @throws ArchiveError as readZipEntries does
 */
export async function readKitClasses(tree: FileTree, path: string, job: Job): Promise<KitClasses> {
  const modules = new Set<string>()
  const moduleOf = new Map<string, string>()
  for (const entry of tree.children(posix.join(path, 'jmods'))) {
    const module = /\/([\w.]+)\.jmod$/.exec(entry.path)?.[1]
    const file = tree.resolve(entry.path)
    if (module === undefined || file?.kind !== 'file') continue
    modules.add(module)
    if (module === 'java.base') continue
    for (const { path: name } of await readZipEntries(fileAccess(tree, file, job), job)) {
      const owner = /^classes\/([^$]+)\.class$/.exec(name)?.[1]
      if (owner?.includes('/') === true) moduleOf.set(owner, module)
    }
  }
  return { modules, moduleOf }
}
