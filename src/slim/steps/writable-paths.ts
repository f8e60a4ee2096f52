import { posix } from 'node:path'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { RunConfig } from '../../image/config.ts'
import type { WatchedRun } from './run-app.ts'

/** Where a container's own memory or a volume is for what is written, and what programs write to save time. */
const passing = [/^\/(?:tmp|var\/tmp|dev|proc|sys)(?:\/|$)/, /\/__pycache__(?:\/|$)/, /\.pyc$/]

/**
 * Files and folders that an app has to be able to write to: those that it changed, and the folders in which it made something.
 *
 * @param tree of its image
 */
export function writablePaths(written: ReadonlySet<string>, tree: FileTree): readonly string[] {
  const paths = new Set<string>()
  for (const path of written) {
    if (passing.some((pattern) => pattern.test(path))) continue
    const there = tree.get(path)
    // A folder in which something was made is told as changed, too.
    if (there?.kind === 'directory') continue
    const place = there === undefined ? nearestFolder(path, tree) : path
    if (place !== '/') paths.add(place)
  }
  const all = [...paths].toSorted()
  return all.filter((path) => !all.some((other) => path.startsWith(`${other}/`)))
}

function nearestFolder(path: string, tree: FileTree): string {
  for (let folder = posix.dirname(path); folder !== '/'; folder = posix.dirname(folder)) {
    if (tree.get(folder)?.kind === 'directory') return folder
  }
  return '/'
}

/** The folders of those paths that are files; none at the top, such as `/etc`: what lies there is everybody's. */
export function foldersOfFiles(paths: readonly string[], tree: Pick<FileTree, 'get'>): readonly string[] {
  const files = paths.filter((path) => tree.get(path)?.kind === 'file')
  return [...new Set(files.map((path) => posix.dirname(path)))].filter(
    (folder) => folder !== '/' && posix.dirname(folder) !== '/',
  )
}

/** Where each container has files of its own. */
const ownFiles = ['/etc/hosts', '/etc/hostname', '/etc/resolv.conf']

/**
 * What an app wrote, and what it made and took away again: files that it opened and no layer has, such as those in `/run`, and those that
 * take the place of another when they are whole. Where something is mounted is no place of the image.
 */
export function writtenForAWhile(
  { written, accessed: { opened } }: Pick<WatchedRun, 'written' | 'accessed'>,
  tree: Pick<FileTree, 'get'>,
  mountTargets: readonly string[],
): ReadonlySet<string> {
  const isElsewhere = (path: string): boolean =>
    [...ownFiles, ...mountTargets].some((target) => `${path}/`.startsWith(`${target}/`)) ||
    passing.some((pattern) => pattern.test(path))
  return new Set([...written, ...[...opened].filter((path) => tree.get(path) === undefined && !isElsewhere(path))])
}

/** The folders of an image that its config calls volumes. */
export function volumeFolders({ Volumes }: RunConfig, tree: Pick<FileTree, 'resolve'>): readonly string[] {
  return Object.keys(Volumes ?? {}).flatMap((name) => {
    const folder = tree.resolve(posix.resolve('/', name))
    return folder?.kind === 'directory' && folder.path !== '/' ? [folder.path] : []
  })
}

/** The volumes of an image's config that it has no folder for: whoever starts a container makes them, for root. */
export function missingVolumes({ Volumes }: RunConfig, tree: Pick<FileTree, 'get'>): readonly string[] {
  return Object.keys(Volumes ?? {})
    .map((name) => posix.resolve('/', name))
    .filter(
      (path) =>
        path !== '/' && foldersTo(path).every((each) => isFreeOrFolder(tree, each)) && tree.get(path) === undefined,
    )
}

/** A path and the folders on the way to it. */
function foldersTo(path: string): readonly string[] {
  const names = path.split('/').slice(1)
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`)
}

function isFreeOrFolder(tree: Pick<FileTree, 'get'>, path: string): boolean {
  const found = tree.get(path)
  return found === undefined || found.kind === 'directory'
}
