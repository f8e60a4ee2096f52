import type { PathNode } from './path-node.ts'
import { planRemovals } from './removals.ts'
import { splitDirectory, type Split } from './split-directory.ts'
import type { StageTools } from './stage-tools.ts'

/** How a directory with kept files comes into the final stage. */
export type Choice =
  | { readonly kind: 'whole' | 'trimmed'; readonly node: PathNode; readonly cost: number }
  | {
      readonly kind: 'split'
      readonly node: PathNode
      readonly cost: number
      readonly split: Split
      readonly parts: readonly Choice[]
    }

/** Costs are in lines of the Dockerfile. A COPY is a line, and a layer, and something to understand. */
const copyCost = 3
/** Of a folder of the system, whatever a later version of the image has in it comes along. */
const systemCost = 10
const bytesPerLine = 32 * 1024
/** So much may be tolerated, and so much of what is kept. */
const toleratedBytesMax = 64 * 1024
const toleratedShareMax = 0.02

/**
 * Directories that the tools of a RUN live in, or that are too much of the system to be copied as what is left of them: what is wanted of
 * them is named.
 */
const systemFolders =
  /^\/(?:(?:usr\/|usr\/local\/)?(?:s?bin|lib(?:32|64|x32|exec)?(?:\/[^/]+-linux-[^/]+)?)|usr|usr\/local|usr\/share|etc|var|var\/lib|root|home|opt|srv)?$/

/** Chooses for each directory what takes the fewest lines, from the bottom up. */
export function chooseCopies(node: PathNode, tools: StageTools | undefined): Choice {
  const parts: Choice[] = []
  for (const child of node.children) {
    if (child.entry.kind !== 'directory' || child.isDropped || !child.isKept) continue
    if (child.kept.paths > 1 || !isMade(child, tools)) parts.push(chooseCopies(child, tools))
  }
  const options = [wholeOption(node), trimmedOption(node, tools), splitOption(node, parts, tools)]
  const [first, ...others] = options.filter((option) => option !== undefined)
  if (first === undefined) throw new RangeError('a directory can always be split')
  return others.reduce((best, option) => (option.cost < best.cost ? option : best), first)
}

/** Whether an empty directory is made anew, not copied. */
function isMade(node: PathNode, tools: StageTools | undefined): boolean {
  return tools !== undefined && node.isNameable
}

function wholeOption(node: PathNode): Choice | undefined {
  if (!canBeOne(node) || node.hasWritable || node.losesSetIds || !node.isTolerable) return undefined
  const { bytes, paths } = node.dropped
  if (bytes > toleratedBytesMax + toleratedShareMax * node.kept.bytes) return undefined
  const own = systemFolders.test(node.path) ? systemCost : 0
  const cost = copyCost + 1 + own + bytes / bytesPerLine + paths / 50 + (node.isSpecial ? 1 : 0)
  return { kind: 'whole', node, cost }
}

function trimmedOption(node: PathNode, tools: StageTools | undefined): Choice | undefined {
  if (tools === undefined || !canBeOne(node) || systemFolders.test(node.path)) return undefined
  const { names, exceptions, paths, prefixes } = planRemovals(node, tools).removal
  const lines = names.length + exceptions.length + paths.length + prefixes.length
  const cost = copyCost + 2 + lines + (node.isSpecial ? 1 : 0)
  return { kind: 'trimmed', node, cost }
}

function canBeOne(node: PathNode): boolean {
  return node.path !== '/' && node.isNameable
}

function splitOption(node: PathNode, parts: readonly Choice[], tools: StageTools | undefined): Choice {
  const split = splitDirectory(node, tools !== undefined)
  const own =
    (split.files.length === 0 ? 0 : copyCost + split.files.length) +
    split.made.length +
    50 * (split.lost.length + (parts.length + split.files.length + split.made.length === 0 ? 1 : 0))
  const unnameable = node.children.some((child) => child.isKept && !child.isNameable) ? 1000 : 0
  let cost = own + unnameable + (node.isSpecial ? 1 : 0)
  for (const part of parts) cost += part.cost
  return { kind: 'split', node, cost, split, parts }
}
