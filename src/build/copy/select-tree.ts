import type { Job } from '../../std/job.ts'
import type { SourceEntry, SourceTree } from '../source-tree.ts'
import type { SelectedNode } from './copy-selection.ts'
import { applyFilters, beginFilters, type CopyFilters, type FilterState } from './filters.ts'
import { baseName } from './wildcards.ts'

/** An entry with what is taken of what lies in it. The entry itself is always taken, as in BuildKit: filters are for its content. */
export async function selectTree(
  entry: SourceEntry,
  tree: SourceTree,
  filters: CopyFilters,
  job: Job,
): Promise<SelectedNode> {
  return {
    entry,
    isIncluded: true,
    children: await selectChildren({ entry, path: '', state: beginFilters(filters) }, tree, filters, job),
  }
}

/** One for all, since files are many. */
const noChildren: readonly SelectedNode[] = []

interface Folder {
  readonly entry: SourceEntry
  /** Relative to what is copied. */
  readonly path: string
  readonly state: FilterState
}

async function selectChildren(
  folder: Folder,
  tree: SourceTree,
  filters: CopyFilters,
  job: Job,
): Promise<readonly SelectedNode[]> {
  if (folder.entry.kind !== 'directory') return []
  const selected: SelectedNode[] = []
  const takesAll = filters.includes === undefined && filters.excludes === undefined
  for (const entry of await tree.children(folder.entry, job)) {
    const path = takesAll ? '' : joinRelative(folder.path, baseName(entry.path))
    const { state, isIncluded, isExcluded } = takesAll ? all : applyFilters(filters, path, folder.state)
    if (entry.kind !== 'directory') {
      if (isIncluded) selected.push({ entry, isIncluded, children: noChildren })
      continue
    }
    if ((isExcluded && !filters.hasExceptions) || !filters.mayInclude(path)) continue
    const children = await selectChildren({ entry, path, state }, tree, filters, job)
    if (isIncluded || children.length > 0) selected.push({ entry, isIncluded, children })
  }
  return selected
}

const all = { state: { include: undefined, exclude: undefined }, isIncluded: true, isExcluded: false }

function joinRelative(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}
