import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Verdict } from '../ledger.ts'
import type { RewriteInput } from '../rewrite-input.ts'
import { findTools } from './stage-tools.ts'

/** What the last stage of a Dockerfile made of what it began with. */
export interface StageFiles {
  /** The layer of each instruction, by its place in the stage; undefined where it made none. */
  readonly layers: readonly (number | undefined)[]
  /** What it began with. */
  readonly below: Pick<FileTree, 'get'>
  readonly verdicts: ReadonlyMap<string, Verdict>
  /** What of a layer is still there in the image. */
  readonly entriesOf: (layer: number) => readonly FileEntry[]
  /** Whether a RUN can change something of it. */
  readonly canRun: boolean
  /** Whether the image needs a layer of RUN: something that is kept comes of it, or it changed what was copied. */
  readonly isUsed: (layer: number) => boolean
}

/** A list of what is there, made anew by whatever installs a library: an older one does. */
const remade: ReadonlySet<string> = new Set(['/etc/ld.so.cache'])

/** Undefined where nobody knows which instruction made what. */
export function stageFiles({ tree, ledger, stage, evaluated }: RewriteInput): StageFiles | undefined {
  if (stage === undefined) return undefined
  const { layers, below } = stage
  const verdicts = new Map(ledger.verdicts.map((verdict) => [verdict.path, verdict]))
  const entries = Map.groupBy(tree.entries(), ({ layer }) => layer)
  const entriesOf = (layer: number): readonly FileEntry[] => entries.get(layer) ?? []
  const instructions = evaluated.target?.instructions ?? []
  const copied = new Set(
    layers.filter((_, index) => instructions[index]?.kind === 'copy' || instructions[index]?.kind === 'add'),
  )
  const isUsed = (layer: number): boolean =>
    entriesOf(layer).some((entry) => verdicts.get(entry.path)?.isKept === true && isNews(entry)) ||
    changesCopied(layer, copied, tree)

  function isNews(entry: FileEntry): boolean {
    const before = below.get(entry.path)
    if (before !== undefined && (remade.has(entry.path) || isSame(before, entry))) return false
    const isPlainFolder = entry.kind === 'directory' && entry.mode === 0o755 && entry.uid === 0 && entry.gid === 0
    // COPY makes such a folder for what lies in it.
    return !(isPlainFolder && [...tree.children(entry.path)].some(({ path }) => verdicts.get(path)?.isKept === true))
  }
  return { layers, below, verdicts, canRun: findTools(tree) !== undefined, entriesOf, isUsed }
}

function isSame(a: FileEntry, b: FileEntry): boolean {
  const isAlike = a.kind === b.kind && a.digest === b.digest && a.linkTarget === b.linkTarget
  return isAlike && a.mode === b.mode && a.uid === b.uid && a.gid === b.gid
}

/** Whether a layer has anything, deletions too, where lines of COPY below it put something. */
function changesCopied(layer: number, copied: ReadonlySet<number | undefined>, tree: RewriteInput['tree']): boolean {
  const index = tree.layers[layer]?.index
  const others = tree.layers.flatMap((each, number) => (copied.has(number) && number < layer ? [each.index] : []))
  if (index === undefined || others.length === 0) return false
  for (const entry of index.entries()) {
    if (entry.path === '/' || entry.isImplied) continue
    for (const other of others) {
      const there = other.get(entry.path)
      if (there === undefined || there.isImplied) continue
      const isTouched = there.kind === 'directory' && entry.kind === 'directory' && !entry.isOpaque
      if (!isTouched || there.mode !== entry.mode || there.uid !== entry.uid || there.gid !== entry.gid) return true
    }
  }
  return false
}
