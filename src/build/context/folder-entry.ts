import type { PathMatch } from '../../dockerfile/path-matcher.ts'
import type { FileKind } from '../../filetree/file-entry.ts'
import type { SystemStat } from '../../std/syscalls-stat.ts'
import type { SourceEntry } from '../source-tree.ts'
import type { StatRows } from './stat-rows.ts'

/**
 * An entry of a folder on disk. As in BuildKit, everything belongs to root, nothing has extended attributes (on some machines every file
 * has a label of SELinux), and a socket is an empty file.
 */
export class FolderEntry implements SourceEntry {
  readonly path: string
  readonly linkTarget: string
  /** What the ignore patterns say of it; undefined where there are none. */
  readonly match: PathMatch | undefined
  readonly #stats: StatRows
  readonly #row: number

  constructor(path: string, stats: StatRows, row: number, linkTarget: string, match: PathMatch | undefined) {
    this.path = path
    this.linkTarget = linkTarget
    this.match = match
    this.#stats = stats
    this.#row = row
  }

  get kind(): FileKind {
    return kindOf(this.#stats.mode(this.#row)) ?? 'file'
  }

  get mode(): number {
    return this.#stats.mode(this.#row) & 0o7777
  }

  get xattrs(): SourceEntry['xattrs'] {
    return noXattrs
  }

  get uid(): number {
    return 0
  }

  get gid(): number {
    return 0
  }

  get sizeBytes(): number {
    return this.kind === 'file' ? this.#stats.sizeBytes(this.#row) : 0
  }

  get modified(): SourceEntry['modified'] {
    const { modifiedSeconds, modifiedNanoseconds } = this.stat()
    return { seconds: modifiedSeconds, nanoseconds: modifiedNanoseconds }
  }

  get deviceMajor(): number {
    return this.stat().nodeMajor
  }

  get deviceMinor(): number {
    return this.stat().nodeMinor
  }

  get inode(): string {
    return this.#stats.linkCount(this.#row) === 1 || this.kind === 'directory' ? this.path : inodeText(this.stat())
  }

  /** What it was when it was found. */
  stat(): SystemStat {
    return this.#stats.read(this.#row)
  }

  /** Its number among the hashes that are kept. */
  get hashIndex(): number | undefined {
    return this.#stats.hashIndex(this.#row)
  }
}

const noXattrs: SourceEntry['xattrs'] = new Map()

function inodeText({ deviceMajor, deviceMinor, inodeHigh, inodeLow }: SystemStat): string {
  return `${deviceMajor}:${deviceMinor} ${inodeHigh}:${inodeLow}`
}

/** By the bits of inode(7). Undefined for a socket. */
export function kindOf(mode: number): FileKind | undefined {
  switch (mode & 0o170000) {
    case 0o100000:
      return 'file'
    case 0o040000:
      return 'directory'
    case 0o120000:
      return 'symbolic-link'
    case 0o020000:
      return 'character-device'
    case 0o060000:
      return 'block-device'
    case 0o010000:
      return 'fifo'
    default:
      return undefined
  }
}

/** Whether it is the same file without any change that the kernel has noticed. */
export function isUnchanged(left: SystemStat, right: SystemStat): boolean {
  return (
    isSameFile(left, right) &&
    left.sizeBytes === right.sizeBytes &&
    left.modifiedSeconds === right.modifiedSeconds &&
    left.modifiedNanoseconds === right.modifiedNanoseconds &&
    left.changedSeconds === right.changedSeconds &&
    left.changedNanoseconds === right.changedNanoseconds
  )
}

/** Whether it is the same file, changed or not. */
export function isSameFile(left: SystemStat, right: SystemStat): boolean {
  return (
    left.inodeLow === right.inodeLow &&
    left.inodeHigh === right.inodeHigh &&
    left.deviceMinor === right.deviceMinor &&
    left.deviceMajor === right.deviceMajor
  )
}
