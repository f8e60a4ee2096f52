import type { ByteStream } from '../std/bytes.ts'

/** What a tar entry is. Whiteouts are plain files by their kind; image layers give them their meaning by name. */
export type TarEntryKind =
  'file' | 'directory' | 'symbolic-link' | 'hard-link' | 'character-device' | 'block-device' | 'fifo'

/** A moment, as exact as a PAX header can tell. `nanoseconds` is 0 to 999,999,999, also before 1970. */
export interface FileTime {
  readonly seconds: number
  readonly nanoseconds: number
}

/** A run of real data in a sparse file. What lies between runs is zeros. */
export interface SparseRun {
  /** Where the run begins in the file. */
  readonly offsetBytes: number
  readonly sizeBytes: number
}

/**
 * One member of a tar archive, with its extension headers (PAX, GNU) already applied.
 *
 * Names and link targets are text in which bytes that are no UTF-8 stand as lone surrogates, so that nothing is lost: see
 * `std/path-text.ts`.
 */
export interface TarEntry {
  /** As written in the archive: not made safe, not normalised. */
  readonly path: string
  readonly kind: TarEntryKind
  /** Permission bits with setuid, setgid and sticky: the low twelve bits. */
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly userName: string
  readonly groupName: string
  /** Of a file: its size when unpacked, holes included. 0 for everything else. */
  readonly sizeBytes: number
  readonly modified: FileTime
  /** Of links: the target. Empty for everything else. */
  readonly linkTarget: string
  readonly deviceMajor: number
  readonly deviceMinor: number
  /** From `SCHILY.xattr.*`, by full name (`security.capability`). Values are bytes. */
  readonly xattrs: ReadonlyMap<string, Uint8Array>
  /** Of a sparse file: its runs of data, which lie one after the other in the archive. Undefined for all others. */
  readonly sparse: readonly SparseRun[] | undefined
}

/** An entry with the bytes that it has when unpacked; none for anything but files. */
export interface TarContent {
  readonly entry: TarEntry
  readonly body: ByteStream
  /** The digest of the body, where it is known without reading it. */
  readonly digest?: string | undefined
}

/**
 * What a {@link TarParser} calls while it is fed. All calls are synchronous and in the archive's order: `entry`, then
 * `data` until the stored bytes of the entry have come, then `entryEnd`.
 */
export interface TarHandler {
  /**
   * @param dataOffsetBytes where the entry's stored bytes begin in the (uncompressed) archive; always a multiple of 512.
   * @param storedBytes how many there are: `sizeBytes`, but for sparse files and for links (0).
   */
  entry(entry: TarEntry, dataOffsetBytes: number, storedBytes: number): void
  /** Valid only during the call: copy what must stay. */
  data(chunk: Uint8Array): void
  entryEnd(): void
}
