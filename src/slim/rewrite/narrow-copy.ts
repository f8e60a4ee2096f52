import { posix } from 'node:path'
import type { EvaluatedCopy } from '../../dockerfile/evaluated.ts'
import type { EscapeCharacter } from '../../dockerfile/expand.ts'
import type { FileEntry } from '../../filetree/file-entry.ts'
import { wordLines } from './layout.ts'
import { copyArguments } from './quote.ts'

/** More names than this are a list that somebody forgets to add to. */
const namesMax = 6
/** What is dropped in a folder that is copied whole may be so large. */
const toleratedBytesMax = 16 * 1024

/** What one COPY brought, and what becomes of it. */
export interface BroughtFiles {
  /** Absolute: where it copies to. */
  readonly destination: string
  /** Without folders, by path. */
  readonly entries: ReadonlyMap<string, FileEntry>
  readonly isKept: (path: string) => boolean
  readonly isTolerable: (entry: FileEntry) => boolean
  /** Of what it brought, the folders that have attributes of their own. */
  readonly isSpecialFolder: (path: string) => boolean
}

/**
 * A COPY of a folder of which a part stays, as lines that name that part. Undefined where that is not possible, or not readable.
 *
 * @param begin `COPY` with its flags, as it is written
 */
export function narrowCopy(
  { instruction, sources, destination, inlineFiles, variables, kind }: EvaluatedCopy,
  brought: BroughtFiles,
  begin: string,
  escape: EscapeCharacter,
): readonly string[] | undefined {
  const [source = '', ...others] = sources
  const isPlain = instruction.kind === 'copy' && !instruction.parents && instruction.excludes.length === 0
  const said = others.length + inlineFiles.length + variables.length + instruction.innerComments.length
  if (kind !== 'copy' || !isPlain || said > 0 || /[*?[\\]/.test(source)) return undefined
  const below = brought.destination === '/' ? '/' : `${brought.destination}/`
  // Two of them can only have come of a folder.
  if (brought.entries.size < 2 || ![...brought.entries.keys()].every((path) => path.startsWith(below))) return undefined
  const tops = keptTops(brought, brought.destination)
  if (tops === undefined || tops.length === 0 || tops.length > namesMax) return undefined
  if (tops.some((path) => brought.entries.get(path)?.kind === 'symbolic-link')) return undefined
  const lines: string[] = []
  const write = (from: readonly string[], to: string): void => {
    const { words, isJson } = copyArguments(from, to, escape)
    if (isJson) lines.push(`${begin}[${words.join(', ')}]`)
    else lines.push(...wordLines(begin.trimEnd(), words.slice(0, -1), words.at(-1), { escape }))
  }
  const placeOf = (path: string): string => posix.relative(brought.destination, path)
  const sourceOf = (path: string): string => posix.join(source, placeOf(path))
  const targetOf = (path: string): string => {
    const joined = posix.join(destination, placeOf(path))
    return joined.startsWith('/') ? joined : `./${joined}`
  }
  const isFile = (path: string): boolean => brought.entries.has(path)
  for (const [folder, files] of Map.groupBy(tops.filter(isFile), (path) => posix.dirname(path))) {
    const [only = '', ...more] = files
    const target = targetOf(folder)
      .replace(/\/?$/, '/')
      .replace(/^\.\/\.\/$/, './')
    if (more.length === 0) write([sourceOf(only)], targetOf(only))
    else write(files.map(sourceOf), target)
  }
  for (const path of tops.filter((each) => !isFile(each))) write([sourceOf(path)], targetOf(path))
  return lines
}

/** Files and whole folders that hold all that stays, and little else. Undefined where a folder among them is a special one. */
function keptTops(brought: BroughtFiles, root: string): readonly string[] | undefined {
  const { entries, isKept, isTolerable, isSpecialFolder } = brought
  const folders = new Map<string, Set<string>>()
  for (const path of entries.keys()) {
    for (let each = path; each !== root; each = posix.dirname(each)) {
      const folder = posix.dirname(each)
      folders.set(folder, (folders.get(folder) ?? new Set()).add(each))
    }
  }
  const filesIn = (path: string): readonly FileEntry[] => {
    const own = entries.get(path)
    return own === undefined ? [...(folders.get(path) ?? [])].flatMap(filesIn) : [own]
  }
  const tops: string[] = []
  let isPossible = true
  const visit = (path: string): void => {
    const files = filesIn(path)
    if (!files.some((entry) => isKept(entry.path))) return
    const dropped = files.filter((entry) => !isKept(entry.path))
    const bytes = dropped.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    if (path !== root && bytes <= toleratedBytesMax && dropped.every(isTolerable)) {
      if (isSpecialFolder(path)) isPossible = false
      tops.push(path)
      return
    }
    if (isSpecialFolder(path)) isPossible = false
    for (const child of [...(folders.get(path) ?? [])].toSorted()) visit(child)
  }
  visit(root)
  return isPossible ? tops : undefined
}
