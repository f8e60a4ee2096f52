import type {
  CopyPlan,
  CopyPlanInput,
  PlannedCopy,
  PlannedDirectory,
  PlannedMetadata,
  PlannedRemoval,
} from '../copy-plan.ts'
import type { Choice } from './choose-copies.ts'
import { reasonOf } from './copy-reason.ts'
import type { PathNode } from './path-node.ts'
import { planRemovals } from './removals.ts'
import type { StageTools } from './stage-tools.ts'

/** A copy, and what decides where it stands among others. */
interface Draft {
  readonly copy: PlannedCopy
  readonly layer: number
}

interface Collected {
  readonly input: CopyPlanInput
  readonly tools: StageTools | undefined
  readonly drafts: Draft[]
  readonly removals: PlannedRemoval[]
  readonly gathered: { readonly directory: string; readonly paths: readonly string[] }[]
  readonly directories: PlannedDirectory[]
  readonly unprivileged: string[]
  readonly owned: string[]
  readonly tolerated: string[]
  readonly renamed: Map<string, string>
  readonly lost: string[]
}

/** Writes down what was chosen. What changes least often, because it lies in lower layers, comes first, and then what has one reason is together. */
export function planOf(
  choice: Choice,
  input: CopyPlanInput,
  tools: StageTools | undefined,
  metadata: PlannedMetadata,
): CopyPlan {
  const collected: Collected = {
    ...{ input, tools, drafts: [], removals: [], gathered: [], directories: [], unprivileged: [], tolerated: [] },
    ...{ owned: [], renamed: new Map(), lost: [] },
  }
  collect(choice, collected)
  const { drafts, removals, gathered, directories, unprivileged, owned, tolerated, renamed, lost } = collected
  const copies = drafts.toSorted(
    (a, b) => a.layer - b.layer || compare(a.copy.reason, b.copy.reason) || compare(placeOf(a.copy), placeOf(b.copy)),
  )
  return {
    copies: copies.map(({ copy }) => copy),
    ...{
      removals,
      gathered,
      directories,
      unprivileged,
      owned,
      owner: input.owner,
      workingDirectory: input.workingDirectory,
      metadata,
      tolerated,
      renamed,
      lost,
    },
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function placeOf(copy: PlannedCopy): string {
  return copy.kind === 'directory' ? copy.path : copy.directory
}

function collect(choice: Choice, collected: Collected): void {
  const { node } = choice
  if (choice.kind === 'split') collectSplit(choice, collected)
  else collectDirectory(choice, collected)
  if (node.isSpecial) collectAttributes(node, collected)
}

function collectDirectory({ kind, node }: Choice, collected: Collected): void {
  const { input, tools, drafts, removals, tolerated, unprivileged, owned } = collected
  const isTrimmed = kind === 'trimmed' && tools !== undefined
  if (isTrimmed) {
    const planned = planRemovals(node, tools)
    const { names, paths, prefixes } = planned.removal
    if (names.length + paths.length + prefixes.length > 0) removals.push(planned.removal)
    for (const each of planned.tolerated) addDropped(each, tolerated)
    addSetIds(node, input, unprivileged)
    if (!node.isWritable) addOwned(node, owned)
  } else {
    addDropped(node, tolerated)
  }
  const owner = node.isWritable ? input.owner : undefined
  const copy = { kind: 'directory' as const, path: node.path, isTrimmed, owner, reason: reasonOf([node]) }
  drafts.push({ copy, layer: node.layer })
  if (owner !== undefined) addParent(node.path, collected)
}

/** COPY gives the directories that it makes on the way to the owner, too. */
function addParent(path: string, { input, tools, directories }: Collected): void {
  const parent = input.tree.get(path.slice(0, path.lastIndexOf('/')) || '/')
  if (tools === undefined || parent === undefined || parent.path === '/') return
  const { mode, uid, gid } = parent
  directories.push({ path: parent.path, mode, uid, gid })
}

/** The highest kept paths below a directory that are to be the owner's. */
function addOwned(node: PathNode, owned: string[]): void {
  for (const child of node.children) {
    if (!child.isKept) continue
    if (child.isWritable) owned.push(child.path)
    else if (child.hasWritable) addOwned(child, owned)
  }
}

function collectSplit({ node, split, parts }: Extract<Choice, { readonly kind: 'split' }>, collected: Collected): void {
  const { input, tools, drafts, gathered, directories, renamed, lost, unprivileged } = collected
  for (const [link, target] of split.renamed) renamed.set(link.path, target.path)
  for (const each of split.lost) lost.push(each.path)
  const isNothing = split.files.length + split.made.length + split.renamed.size + parts.length === 0
  if (isNothing && node.path !== '/') lost.push(node.path)
  for (const files of groupFiles(split.files)) {
    const [first] = files
    if (first === undefined) continue
    const isTrimmed = first.losesSetIds && tools !== undefined
    if (isTrimmed) for (const file of files) addSetIds(file, input, unprivileged)
    const owner = first.isWritable ? input.owner : undefined
    const paths = files.map(({ path }) => path)
    const sources = files.map((file) => split.renamed.get(file) ?? file)
    const copy = { kind: 'files' as const, directory: node.path, paths, isTrimmed, owner, reason: reasonOf(sources) }
    drafts.push({ copy, layer: sources.reduce((most, { layer }) => Math.max(most, layer), 0) })
    if (owner !== undefined) addParent(first.path, collected)
  }
  const isFolder = ({ entry }: PathNode): boolean => entry.kind === 'directory'
  for (const folder of split.made.filter(isFolder)) {
    // WORKDIR makes a folder that has nothing of its own.
    if (folder.isSpecial || folder.path !== input.workingDirectory) directories.push(directoryOf(folder, input))
  }
  const others = split.made.filter((each) => !isFolder(each))
  if (others.length > 0) gathered.push({ directory: node.path, paths: others.map(({ path }) => path) })
  for (const part of parts) collect(part, collected)
}

/** Files that one COPY can bring: of one owner, and from one stage. */
function groupFiles(files: readonly PathNode[]): Iterable<readonly PathNode[]> {
  const groups = new Map<string, PathNode[]>()
  for (const file of files) {
    const key = `${file.losesSetIds} ${file.isWritable}`
    groups.set(key, [...(groups.get(key) ?? []), file])
  }
  return groups.values()
}

function collectAttributes(node: PathNode, { input, tools, directories, lost }: Collected): void {
  if (tools !== undefined) directories.push(directoryOf(node, input))
  else if (!node.isWritable) lost.push(node.path)
}

function directoryOf({ entry, isWritable }: PathNode, { owner }: CopyPlanInput): PlannedDirectory {
  const { path, mode, uid, gid } = entry
  return isWritable ? { path, mode, ...owner } : { path, mode, uid, gid }
}

function addDropped(node: PathNode, tolerated: string[]): void {
  if (!node.isKept && !node.isPresent) tolerated.push(node.path)
  for (const child of node.children) if (child.dropped.paths > 0) addDropped(child, tolerated)
}

/** Files that are copied and are to lose setuid and setgid. */
function addSetIds(node: PathNode, input: CopyPlanInput, unprivileged: string[]): void {
  if (!input.dropsSetIds || !node.losesSetIds) return
  if (node.entry.kind === 'file') unprivileged.push(node.path)
  for (const child of node.children) addSetIds(child, input, unprivileged)
}
