import type { FileTime } from '../../archive/tar-entry.ts'
import type { Digest } from '../../image/digest.ts'
import type { SourceEntry, SourceTree } from '../source-tree.ts'

/** A time that nothing has: what is made by the build itself gets the latest time that it may have. */
export const whenBuilt: FileTime = { seconds: Number.MAX_SAFE_INTEGER, nanoseconds: 0 }

/** One entry that is taken, with what is taken of what lies in it. */
export interface SelectedNode {
  readonly entry: SourceEntry
  /** False for a directory that is there only because of what lies in it: `--parents`, and exceptions of `--exclude`. */
  readonly isIncluded: boolean
  /** Sorted by the bytes of their names. */
  readonly children: readonly SelectedNode[]
}

/** What one source of a COPY or an ADD stands for, or one of the paths that its wildcards match. */
export interface SelectedSource {
  readonly tree: SourceTree
  readonly top: SelectedNode
  /** What it is called in the directory that it is copied to. */
  readonly name: string
  /** Whether of a directory its content is copied and not itself. */
  readonly copiesContent: boolean
  /** Whether it is unpacked if it is an archive. */
  readonly unpacks: boolean
}

/** All that a COPY or an ADD takes. Disposing of it throws away what was fetched for it. */
export interface CopySelection extends AsyncDisposable {
  /**
   * Over names, kinds, modes, owners, link targets, contents and extended attributes. Not over times, or the order of directories. It
   * does not tell what the request says about destination, owner and mode.
   */
  readonly digest: Digest
  readonly sources: readonly SelectedSource[]
  /** Where archives may lie while they are unpacked. */
  readonly scratchDirectory: string
}
