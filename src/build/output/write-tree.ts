import { constants } from 'node:fs'
import { lutimes, open, symlink } from 'node:fs/promises'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import { forEachConcurrently } from '../../std/concurrency.ts'
import type { Job } from '../../std/job.ts'
import { systemErrorCode } from '../../std/errors.ts'
import { encodePathText } from '../../std/path-text.ts'
import { exporting, makeRoom, openInside, type TargetFolder } from './target-folder.ts'

/** Most of the time goes by waiting for the system: these overlap. */
const filesAtOnce = 8

/** Smaller files are read at once. */
const smallBytesMax = 256 * 1024

interface Writing {
  readonly tree: FileTree
  readonly destination: string
  skipped: number
}

const newFileFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW

/** setuid and setgid mean an owner that is another here. */
const permissionBits = 0o1777

/**
 * Writes the files of a tree into a folder, over what is there; what the tree does not have stays. Everything belongs to who
 * writes it, as with BuildKit. Modes and times are kept; setuid and setgid bits, devices, pipes and extended attributes are
 * not: they come from an image that nobody has reason to trust, and here they would have an effect. A file of several names
 * becomes several files.
 *
 * @param more files for the top folder.
 * @throws BuildError `export-failed`
 */
export async function writeTree(
  tree: FileTree,
  folder: TargetFolder,
  more: ReadonlyMap<string, Uint8Array>,
  destination: string,
  job: Job,
): Promise<void> {
  const writing: Writing = { tree, destination, skipped: 0 }
  await writeChildren(writing, folder, '/', job)
  for (const [name, bytes] of more) {
    const encoded = Buffer.from(name)
    await makeRoom(folder, encoded, `${destination}/${name}`)
    await exporting(`${destination}/${name}`, async () => {
      await using handle = await open(folder.pathOf(encoded), newFileFlags, 0o644)
      await handle.writeFile(bytes)
    })
  }
  if (writing.skipped === 0) return
  const message = `${writing.skipped} devices and pipes of the image were not written to ${destination}`
  job.emit({ type: 'notice', level: 'info', message })
}

async function writeChildren(writing: Writing, folder: TargetFolder, path: string, job: Job): Promise<void> {
  const { tree, destination } = writing
  const isFolder = ({ kind }: FileEntry): boolean => kind === 'directory'
  const others = Iterator.from(tree.children(path)).filter((file) => !isFolder(file))
  await forEachConcurrently(others, filesAtOnce, job, (file, inner) =>
    writeFile(writing, folder, nameOf(file), file, destination + file.path, inner),
  )
  for (const file of tree.children(path)) {
    if (isFolder(file)) await writeFolder(writing, folder, nameOf(file), file, destination + file.path, job)
  }
}

function nameOf({ path }: FileEntry): Uint8Array {
  return encodePathText(path.slice(path.lastIndexOf('/') + 1))
}

async function writeFolder(
  writing: Writing,
  parent: TargetFolder,
  name: Uint8Array,
  file: FileEntry,
  title: string,
  job: Job,
): Promise<void> {
  await using folder = await openInside(parent, name, title)
  await writeChildren(writing, folder, file.path, job)
  await exporting(title, async () => {
    await folder.handle.utimes(secondsOf(file), secondsOf(file))
    await folder.handle.chmod(file.mode & permissionBits)
  })
}

async function writeFile(
  writing: Writing,
  parent: TargetFolder,
  name: Uint8Array,
  file: FileEntry,
  title: string,
  job: Job,
): Promise<void> {
  if (file.kind !== 'file' && file.kind !== 'symbolic-link') {
    writing.skipped += 1
    return
  }
  const path = parent.pathOf(name)
  const write = async (): Promise<void> => {
    if (file.kind === 'file') await writeContent(path, file, writing.tree, job)
    else {
      await symlink(Buffer.from(encodePathText(file.linkTarget)), path)
      await lutimes(path, secondsOf(file), secondsOf(file))
    }
  }
  await exporting(title, async () => {
    try {
      await write()
    } catch (error) {
      if (systemErrorCode(error) !== 'EEXIST') throw error
      await makeRoom(parent, name, title)
      await write()
    }
  })
}

async function writeContent(path: Buffer, file: FileEntry, tree: FileTree, job: Job): Promise<void> {
  await using handle = await open(path, newFileFlags, 0o600)
  if (file.sizeBytes <= smallBytesMax) await handle.writeFile(await tree.read(file, smallBytesMax))
  else for await (const chunk of tree.openFile(file, job)) await handle.writeFile(chunk)
  await handle.chmod(file.mode & permissionBits)
  await handle.utimes(secondsOf(file), secondsOf(file))
}

function secondsOf({ modified }: FileEntry): number {
  return modified.seconds + modified.nanoseconds / 1e9
}
