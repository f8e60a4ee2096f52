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

/**
 * What an app wrote, and what it took away again when it ended: files in `/run` that it opened, which no layer has. Where something is mounted
 * is no place of the image.
 */
export function writtenForAWhile(
  { written, accessed: { opened } }: Pick<WatchedRun, 'written' | 'accessed'>,
  tree: Pick<FileTree, 'get'>,
  mountTargets: readonly string[],
): ReadonlySet<string> {
  const isMounted = (path: string): boolean => mountTargets.some((target) => `${path}/`.startsWith(`${target}/`))
  const passed = [...opened].filter(
    (path) => path.startsWith('/run/') && tree.get(path) === undefined && !isMounted(path),
  )
  return new Set([...written, ...passed])
}

/** The folders of an image that its config calls volumes. */
export function volumeFolders({ Volumes }: RunConfig, tree: Pick<FileTree, 'resolve'>): readonly string[] {
  return Object.keys(Volumes ?? {}).flatMap((name) => {
    const folder = tree.resolve(posix.resolve('/', name))
    return folder?.kind === 'directory' && folder.path !== '/' ? [folder.path] : []
  })
}
