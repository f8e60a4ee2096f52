import { posix } from 'node:path'
import type { EvaluatedCopy } from '../../dockerfile/evaluated.ts'
import type { FileEntry } from '../../filetree/file-entry.ts'
import { findUser } from '../../image/user.ts'
import type { RewriteInput } from '../rewrite-input.ts'
import type { LineFate } from './line-fate.ts'
import { narrowCopy } from './narrow-copy.ts'
import { mustBeOwned } from './path-node.ts'
import type { SlimUser } from './slim-user.ts'
import type { StageFiles } from './stage-files.ts'
import { canBeTolerated } from './tolerance.ts'

/** So much of what a line copies may stay although nothing uses it. */
const toleratedBytesMax = 64 * 1024

/** What one COPY made. */
interface CopyPlace {
  /** Absolute: where it copies to. */
  readonly destination: string
  readonly layer: number
}

/** What becomes of a COPY of the last stage where that begins with nothing. `above`: what it brings has to be changed before it is shipped. */
export function copyFate(
  copy: EvaluatedCopy,
  { destination, layer }: CopyPlace,
  files: StageFiles,
  input: RewriteInput,
  owner: SlimUser,
): LineFate | 'stays' | 'above' {
  const entries = files.entriesOf(layer)
  const isKept = (path: string): boolean => files.verdicts.get(path)?.isKept === true
  const kept = entries.filter(({ path }) => isKept(path))
  const writable = new Set(input.writablePaths)
  const isPrivileged = ({ kind, mode }: FileEntry): boolean => kind === 'file' && (mode & 0o6000) !== 0
  if (kept.some((entry) => isPrivileged(entry) || mustBeOwned(entry, { owner }, writable))) return 'above'
  const isFile = ({ kind }: FileEntry): boolean => kind !== 'directory'
  const dropped = entries.filter((entry) => isFile(entry) && !isKept(entry.path))
  const isTolerable = (entry: FileEntry): boolean => canBeTolerated(entry, files.verdicts.get(entry.path))
  const droppedBytes = dropped.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  if (dropped.every(isTolerable) && droppedBytes <= toleratedBytesMax) return namedOwner(copy, input)
  // Without a shell nothing can be taken out of a folder, and to name what stays of it would take hundreds of lines.
  const isUnwanted = ({ path }: FileEntry): boolean => files.verdicts.get(path)?.cause === 'excluded'
  if (!files.canRun && !dropped.some((entry) => isUnwanted(entry) || isPrivileged(entry)))
    return namedOwner(copy, input)
  if (!kept.some((entry) => isFile(entry) || isSpecialFolder(entry))) return 'left-out'
  // A folder that is kept and empty has no name in narrower lines.
  const isEmpty = ({ kind, path }: FileEntry): boolean =>
    kind === 'directory' && !entries.some((each) => each.path.startsWith(`${path}/`))
  if (kept.some(isEmpty) || namedOwner(copy, input) !== 'stays') return 'above'
  const { instruction } = copy
  const { document } = input.evaluated
  const { escape } = document
  const begin = document.text.slice(instruction.keyword.range.start, instruction.arguments.range.start)
  const root = posix.resolve(destination)
  const folder = kept.find(({ path }) => path === root)
  const brought = {
    ...{ destination: root, isKept, isTolerable },
    entries: new Map(entries.filter(isFile).map((entry) => [entry.path, entry])),
    isSpecialFolder: (path: string) => {
      const entry = path === root ? folder : entries.find((each) => each.path === path)
      return entry?.kind === 'directory' && isSpecialFolder(entry)
    },
  }
  const narrowed = narrowCopy(copy, brought, begin, escape)
  return narrowed === undefined ? 'above' : { narrowed }
}

/** Whether a folder is not as COPY makes one. */
function isSpecialFolder({ kind, mode, uid, gid }: FileEntry): boolean {
  return kind === 'directory' && (mode !== 0o755 || uid !== 0 || gid !== 0)
}

/** An owner that is called by name has to be a number where no file says who that is. */
function namedOwner({ chown, instruction }: EvaluatedCopy, { accounts }: RewriteInput): LineFate | 'stays' | 'above' {
  if (chown === undefined || /^\d+(?::\d+)?$/.test(chown)) return 'stays'
  const found = findUser(chown, accounts)
  if ('unknown' in found || instruction.flags.every(({ name }) => name.value !== 'chown')) return 'above'
  return { chown: `${found.uid}:${found.gid}` }
}
