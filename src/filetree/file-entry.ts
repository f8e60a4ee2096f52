import type { FileTime, SparseRun } from '../archive/tar-entry.ts'
import type { Digest } from '../image/digest.ts'

/** What a path in a root file system can be. */
export type FileKind = 'file' | 'directory' | 'symbolic-link' | 'character-device' | 'block-device' | 'fifo'

/**
 * What an entry of a single layer can be: also a `whiteout`, which deletes this path of lower layers, and a `hard-link`
 * whose target lies in a lower layer. Hard links inside one layer are simply entries with the same `inode`.
 */
export type LayerEntryKind = FileKind | 'hard-link' | 'whiteout'

/** What is known of a file beside its name and kind. Entries are read from the index when they are asked, not before. */
export interface FileAttributes {
  /** Permission bits with setuid, setgid and sticky: the low twelve bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Of a file: its size when unpacked, holes included. 0 for everything else. */
  readonly sizeBytes: number
  readonly modified: FileTime
  /** Of links: the target as it was written; of a `hard-link`, an absolute path. Empty for everything else. */
  readonly linkTarget: string
  /** 0 for everything but devices. */
  readonly deviceMajor: number
  readonly deviceMinor: number
  /** By full name (`security.capability`), sorted by name. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>
  /** Of a sparse file: its runs of data, which lie one after the other in the tar. Undefined for all others. */
  readonly sparse: readonly SparseRun[] | undefined
  /** Of a file: where its stored bytes begin in the layer's plain tar, a multiple of 512. 0 for everything else. */
  readonly dataOffsetBytes: number
  /** Of a file: how many bytes of it the tar holds: `sizeBytes`, but for sparse files. 0 for everything else. */
  readonly storedBytes: number
  /** Of a file: the sha256 of its full content, holes included. Undefined for everything else. */
  readonly digest: Digest | undefined
}

/** One path of one layer. */
export interface LayerEntry extends FileAttributes {
  /** Absolute, as a process in the container sees it: `/usr/bin/env`; the root is `/`. Bytes as in `std/path-text.ts`. */
  readonly path: string
  readonly kind: LayerEntryKind
  /** The place in the index: the root is 0, parents come before their children. */
  readonly number: number
  /** The number of the first entry that is the same file: its own, but for hard links. */
  readonly inode: number
  /** Of a directory: whether it hides what lower layers have in this place. */
  readonly isOpaque: boolean
  /**
   * Whether it is a directory without an entry of its own in the tar, there only because something lies in it. It has the
   * attributes of the directory that lower layers have in this place; its own are for where there is none.
   */
  readonly isImplied: boolean
}

/** One path of the merged view over all layers. */
export interface FileEntry extends FileAttributes {
  /** Absolute, as a process in the container sees it: `/usr/bin/env`; the root is `/`. Bytes as in `std/path-text.ts`. */
  readonly path: string
  readonly kind: FileKind
  /** The same for all hard links of one file, and different for different files of one tree. */
  readonly inode: number
  /** Which layer it came from, counted from the lowest, 0. Of a directory: the layer that its mode and owner came from. */
  readonly layer: number
  readonly diffId: Digest
}
