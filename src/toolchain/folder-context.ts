import { closeSync, openSync, readdirSync, readFileSync, readSync, realpathSync, statSync, type Dirent } from 'node:fs'
import { basename, dirname, join, posix, relative, resolve } from 'node:path'
import type { BuildContext, ContextEntry } from '../dockerfile/build-context.ts'
import { parseDockerfile } from '../dockerfile/parse.ts'
import { evaluateDockerfile } from '../dockerfile/evaluate.ts'

/** Ignore files are small. */
const ignoreFileBytesMax = 1024 * 1024

/** More than these are not looked for in folders. */
const sourcesMax = 50

/**
 * The folder that is probably the build context of a Dockerfile, when nobody says. In the current folder, it is that. Elsewhere it is
 * the nearest folder, from the file's own up to the root of the repository, that has most of what the file copies; undefined
 * where none has any of it.
 */
export function likelyContext(dockerfile: string, text: string, currentFolder: string): string | undefined {
  const own = dirname(resolve(currentFolder, dockerfile))
  if (own === resolve(currentFolder)) return own
  const sources = copiedPaths(text)
  if (sources.length === 0) return own
  const candidates = foldersUpTo(own, currentFolder)
  const counted = candidates.map((folder) => ({
    folder,
    count: sources.filter((source) => exists(join(folder, source))).length,
  }))
  const most = counted.reduce((best, each) => Math.max(best, each.count), 0)
  return most === 0 ? undefined : counted.find(({ count }) => count === most)?.folder
}

/** What a Dockerfile copies from its context by plain names. */
function copiedPaths(text: string): readonly string[] {
  const { document } = parseDockerfile(text)
  const sources = evaluateDockerfile(document).stages.flatMap(({ instructions }) =>
    instructions.flatMap((each) =>
      (each.kind === 'copy' || each.kind === 'add') && each.fileSource === undefined ? each.sources : [],
    ),
  )
  const isPlain = (source: string): boolean => !/[*?[\\$]|^[a-z]+:\/\/|^git@/.test(source)
  const plain = sources.filter(
    (source) => isPlain(source) && !['', '.', '/'].includes(posix.join('/', source).slice(1)),
  )
  return [...new Set(plain)].slice(0, sourcesMax)
}

/** A folder and those above it, as far as the root of its repository or the current folder. */
function foldersUpTo(start: string, currentFolder: string): readonly string[] {
  const folders = [start]
  for (let at = start; !exists(join(at, '.git')) && at !== currentFolder && dirname(at) !== at; at = dirname(at)) {
    folders.push(dirname(at))
  }
  const isStopped = folders.some((folder) => folder === currentFolder || exists(join(folder, '.git')))
  return isStopped ? folders : [start]
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}

/**
 * A folder as a build context. Folders are read when somebody asks for them. Links are not followed out of the context.
 *
 * @param dockerfile for `NAME.dockerignore` beside it. Undefined where it has no path.
 */
export function folderContext(folder: string, dockerfile: string | undefined): BuildContext {
  const root = realpathSync(folder)
  const known = new Map<string, readonly ContextEntry[] | undefined>()
  const inside = (path: string): string | undefined => {
    try {
      const real = realpathSync(join(root, posix.join('/', path)))
      const from = relative(root, real)
      return from === '..' || from.startsWith('../') ? undefined : real
    } catch {
      return undefined
    }
  }
  return {
    list(path) {
      if (!known.has(path)) known.set(path, readFolder(inside(path)))
      return known.get(path)
    },
    read(path, bytesMax) {
      const real = inside(path)
      return real === undefined ? undefined : readBeginning(real, bytesMax)
    },
    ignoreFile: findIgnoreFile(root, dockerfile),
  }
}

function readFolder(path: string | undefined): readonly ContextEntry[] | undefined {
  if (path === undefined) return undefined
  try {
    return readdirSync(path, { withFileTypes: true }).map((entry) => ({ name: entry.name, kind: kindOf(entry) }))
  } catch {
    return undefined
  }
}

function kindOf(entry: Dirent): ContextEntry['kind'] {
  if (entry.isFile()) return 'file'
  if (entry.isDirectory()) return 'directory'
  return entry.isSymbolicLink() ? 'link' : 'other'
}

function readBeginning(path: string, bytesMax: number): string | undefined {
  try {
    if (!statSync(path).isFile()) return undefined
    const file = openSync(path, 'r')
    try {
      const buffer = Buffer.alloc(bytesMax)
      return buffer.toString('utf8', 0, readSync(file, buffer, 0, bytesMax, 0))
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}

/** BuildKit takes the one that is named for the Dockerfile, or else that of the context. */
function findIgnoreFile(root: string, dockerfile: string | undefined): BuildContext['ignoreFile'] {
  const own = dockerfile === undefined ? undefined : `${dockerfile}.dockerignore`
  for (const path of [...(own === undefined ? [] : [own]), join(root, '.dockerignore')]) {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isFile() !== true || found.size > ignoreFileBytesMax) continue
    try {
      return { name: basename(path), text: readFileSync(path, 'utf8') }
    } catch {
      continue
    }
  }
  return undefined
}
