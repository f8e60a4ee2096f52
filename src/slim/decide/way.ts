import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'

/** How a process gets to a file. */
export interface Way {
  /** The links that it follows, by the paths where they really lie. */
  readonly links: readonly string[]
  /** What it finds at the end; undefined where it finds nothing. */
  readonly target: FileEntry | undefined
}

/** As many as Linux follows (path_resolution(7)). */
const linksMax = 40

/** Follows a path as open(2) does, and notes the links on the way. The last part is followed too. */
export function findWay(tree: FileTree, path: string): Way {
  // What the tree has at exactly this path lies in real folders.
  const exact = tree.get(path)
  if (exact !== undefined && exact.kind !== 'symbolic-link') return { links: [], target: exact }
  const links: string[] = []
  const rest = partsOf(path).toReversed()
  let at = ''
  for (let part = rest.pop(); part !== undefined; part = rest.pop()) {
    if (part === '.') continue
    if (part === '..') {
      at = at === '' ? '' : parentOf(at)
      continue
    }
    const here = `${at}/${part}`
    const entry = tree.get(here)
    if (entry === undefined) return { links, target: undefined }
    if (entry.kind !== 'symbolic-link') {
      at = here
      continue
    }
    if (links.length >= linksMax) return { links, target: undefined }
    links.push(here)
    if (entry.linkTarget.startsWith('/')) at = ''
    rest.push(...partsOf(entry.linkTarget).toReversed())
  }
  return { links, target: tree.get(at === '' ? '/' : at) }
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '')
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

/** The folders above a path, from the nearest to the root. */
export function* foldersAbove(path: string): Generator<string> {
  for (let at = path; at !== '/' && at !== '.';) {
    at = posix.dirname(at)
    yield at
  }
}

/** Where the program lies that a name means: in PATH, unless it has a folder. */
export function findProgram(
  tree: FileTree,
  name: string,
  searchPath: readonly string[],
  workingDirectory: string,
): string | undefined {
  const candidates = name.includes('/')
    ? [posix.resolve(workingDirectory, name)]
    : searchPath.map((folder) => posix.join(folder, name))
  return candidates.find((path) => findWay(tree, path).target?.kind === 'file')
}
