import type { FileTree } from '../../filetree/file-tree.ts'
import type { CopyPlan, CopyPlanInput, PlannedCopy } from '../copy-plan.ts'

/** More layers than this are no longer few. */
const copiesMax = 8

/**
 * Moves the smallest copies to the folder that is gathered, which is one layer: the fewer are left the more there are, and single small
 * files go where something is gathered anyway.
 */
export function foldSmallCopies(plan: CopyPlan, { tree }: CopyPlanInput): CopyPlan {
  const sizes = new Map(plan.copies.map((copy) => [copy, sizeOf(copy, tree)]))
  const movable = plan.copies
    .filter((copy) => !copy.isTrimmed && copy.owner === undefined && !namesLink(copy, tree))
    .toSorted((a, b) => (sizes.get(a) ?? 0) - (sizes.get(b) ?? 0))
  const hasFolder = plan.gathered.length > 0
  const moved = new Set(movable.slice(0, Math.max(0, plan.copies.length - copiesMax)))
  for (const copy of movable) {
    if (hasFolder && copy.kind === 'files' && copy.paths.length === 1 && (sizes.get(copy) ?? 0) < 1024 * 1024)
      moved.add(copy)
  }
  if (moved.size === 0) return plan
  const gathered = new Map<string, readonly string[]>(plan.gathered.map(({ directory, paths }) => [directory, paths]))
  for (const copy of moved) {
    const directory = copy.kind === 'files' ? copy.directory : parentOf(copy.path)
    const paths = copy.kind === 'files' ? copy.paths : [copy.path]
    gathered.set(directory, [...(gathered.get(directory) ?? []), ...paths])
  }
  return {
    ...plan,
    copies: plan.copies.filter((copy) => !moved.has(copy)),
    gathered: [...gathered].map(([directory, paths]) => ({ directory, paths: paths.toSorted() })),
  }
}

/** cp(1) would take the link, not what it leads to. */
function namesLink(copy: PlannedCopy, tree: FileTree): boolean {
  return copy.kind === 'files' && copy.paths.some((path) => tree.get(path)?.kind === 'symbolic-link')
}

function sizeOf(copy: PlannedCopy, tree: FileTree): number {
  let bytes = 0
  const tops = copy.kind === 'files' ? copy.paths : [copy.path]
  for (const path of tops)
    for (const { sizeBytes } of tree.entries(tree.resolve(path)?.path ?? path)) bytes += sizeBytes
  return bytes
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/'
}
