import { posix } from 'node:path'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Job } from '../../std/job.ts'
import { addFile, archiveModules, isRead, memberBytesMax, type Kit } from './archive-modules.ts'
import { fileAccess } from './file-access.ts'

const archives = /\.(?:jar|war|ear|rar)$/

/**
 * Where classes of the app lie: the archives and folders that they were loaded from, the archives that were opened, and those beside them, which
 * may be on another day. Without those of the kit, and what is not in the image: a server unpacks what it opened.
 *
 * @param kit the folder of Java itself
 */
export function appPlaces(
  loadedFrom: Iterable<string>,
  opened: Iterable<string>,
  kit: string,
  tree: FileTree,
): readonly string[] {
  const used = [...loadedFrom, ...[...opened].filter((path) => archives.test(path))]
  const own = used.flatMap((path) => tree.resolve(path)?.path ?? []).filter((path) => !path.startsWith(`${kit}/`))
  const folders = new Set(own.filter((path) => archives.test(path)).map((path) => posix.dirname(path)))
  const beside = [...folders].flatMap((folder) => [...tree.children(folder)].map(({ path }) => path))
  return [...new Set([...own, ...beside.filter((path) => archives.test(path))])].toSorted()
}

/**
 * The modules of Java that classes in such places mention: see {@link archiveModules}.
 *
 * @throws ArchiveError for an archive that cannot be read
 */
export async function placesModules(
  places: Iterable<string>,
  tree: FileTree,
  kit: Kit,
  job: Job,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for (const place of places) {
    const entry = tree.resolve(place)
    if (entry?.kind === 'file') {
      for (const module of await archiveModules(fileAccess(tree, entry, job), kit, job)) found.add(module)
    } else {
      for (const file of tree.entries(entry?.path)) {
        job.signal.throwIfAborted()
        if (file.kind !== 'file' || !isRead(file)) continue
        addFile(file.path, Buffer.from(await tree.read(file, memberBytesMax)), kit, found)
      }
    }
  }
  return found
}
