import type { FileTree } from '../filetree/file-tree.ts'
import type { CopiedEntry, CopyPlan, CopyPlanInput } from './copy-plan.ts'
import { chooseCopies } from './rewrite/choose-copies.ts'
import { foldSmallCopies } from './rewrite/fold-copies.ts'
import { packageMetadata } from './rewrite/package-metadata.ts'
import { growNodes } from './rewrite/path-node.ts'
import { planOf } from './rewrite/plan-of-choice.ts'
import { simulatePlan } from './rewrite/simulate-plan.ts'
import { findTools, type StageTools } from './rewrite/stage-tools.ts'

/**
 * Chooses how the kept files come into the final stage in few readable lines: whole directories, chosen files, directories after something
 * was removed of them, and a folder of links and the like. Pure; takes time in proportion to the tree.
 */
export function planCopies(input: CopyPlanInput): CopyPlan {
  const tools = input.canRun === false ? undefined : findTools(input.tree)
  const metadata = packageMetadata(input.ledger, input.tree, tools)
  const root = growNodes(input, metadata)
  const plan = withNewFolders(planOf(chooseCopies(root, tools), input, tools, metadata.planned), input, tools)
  return tools === undefined ? plan : foldSmallCopies(plan, input)
}

function withNewFolders(
  plan: CopyPlan,
  { newFolders = [], owner }: CopyPlanInput,
  tools: StageTools | undefined,
): CopyPlan {
  if (newFolders.length === 0) return plan
  if (tools === undefined) return { ...plan, lost: [...plan.lost, ...newFolders] }
  const made = newFolders.map((path) => ({ path, mode: 0o755, ...owner }))
  return { ...plan, directories: [...plan.directories, ...made] }
}

/** What the final stage holds after a plan, without its base: by path. Made package metadata has the folders and files of it. */
export function copiedPaths(plan: CopyPlan, tree: FileTree): ReadonlyMap<string, CopiedEntry> {
  return simulatePlan(plan, tree)
}
