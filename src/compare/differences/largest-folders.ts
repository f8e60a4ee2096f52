import type { FolderSum } from './folder-sums.ts'

/** A folder in a short list. */
export interface ListedFolder {
  readonly sum: FolderSum
  /** Whether others that are listed, or too small to be, lie in it: the figures are of what is left. */
  readonly isRest: boolean
}

const childrenMax = 4

/**
 * A few folders that tell where the difference is: beginning with the root, the one with the largest difference gives way to what is in it,
 * until there are `rowsMax`. Nothing with a change is left out. The largest difference first.
 */
export function largestFolders(root: FolderSum, rowsMax: number): readonly ListedFolder[] {
  let rows: readonly ListedFolder[] = [{ sum: root, isRest: false }]
  for (;;) {
    const next = rows
      .filter((row) => !row.isRest && changedFolders(row.sum).length > 0)
      .toSorted((one, other) => weight(other.sum) - weight(one.sum))[0]
    const parts = next === undefined ? [] : partsOf(next.sum)
    if (next === undefined || rows.length - 1 + parts.length > rowsMax) break
    rows = [...rows.filter((row) => row !== next), ...parts]
  }
  return rows.toSorted((one, other) => weight(other.sum) - weight(one.sum) || (one.sum.path < other.sum.path ? -1 : 1))
}

function changedFolders({ folders }: FolderSum): readonly FolderSum[] {
  return folders.filter(({ changes }) => changes > 0)
}

/** Bytes first; among those without a difference in bytes, the changes. */
function weight({ beforeBytes, afterBytes, changes }: FolderSum): number {
  return Math.abs(afterBytes - beforeBytes) + changes / 1e6
}

/** The largest folders in a folder, and a row for the rest of it, unless that has no change. */
function partsOf(sum: FolderSum): readonly ListedFolder[] {
  const largest = changedFolders(sum)
    .toSorted((one, other) => weight(other) - weight(one))
    .slice(0, childrenMax)
  const rest = largest.reduce(without, { ...sum, folders: [] })
  const rows = largest.map((each) => ({ sum: each, isRest: false }))
  return rest.changes > 0 || rest.beforeBytes !== rest.afterBytes ? [...rows, { sum: rest, isRest: true }] : rows
}

function without(sum: FolderSum, part: FolderSum): FolderSum {
  return {
    ...sum,
    beforeBytes: sum.beforeBytes - part.beforeBytes,
    afterBytes: sum.afterBytes - part.afterBytes,
    beforeFiles: sum.beforeFiles - part.beforeFiles,
    afterFiles: sum.afterFiles - part.afterFiles,
    changes: sum.changes - part.changes,
  }
}
