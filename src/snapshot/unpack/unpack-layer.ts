import {
  chmodSync,
  closeSync,
  ftruncateSync,
  lchownSync,
  linkSync,
  mkdirSync,
  openSync,
  readSync,
  symlinkSync,
  writeSync,
} from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { encodePathText } from '../../std/path-text.ts'
import { makeNode, setTimes, setXattr } from '../../std/syscalls-files.ts'
import { SnapshotError } from '../errors.ts'
import type { LowerContent, LowerEntry } from '../layer/lower-content.ts'
import { isOverlayXattr, lowerDevice, opaqueXattr, type OverlayNamespace } from '../layer/overlay-attributes.ts'

/** What is done with an owner whom the user namespace does not have. */
export type UnmappedOwners = 'refuse' | 'ignore'

export interface UnpackOptions {
  readonly namespace: OverlayNamespace
  readonly unmappedOwners: UnmappedOwners
}

const pauseAfterBytes = 16 * 1024 * 1024
/** What an entry costs beside its bytes. */
const entryBytes = 64 * 1024

/**
 * Unpacks a layer into an empty directory in the form that overlayfs wants. Each path leads through directories only that were just
 * made here, where nobody else writes: so no link is ever followed. Devices that this process may not make are empty files.
 *
 * @throws SnapshotError `cannot-write`, and system errors.
 */
export async function unpackLayer(
  content: LowerContent,
  root: string,
  options: UnpackOptions,
  job: Job,
): Promise<void> {
  const unpacking = new Unpacking(content, root, options)
  let sincePause = 0
  for (let number = 1; number < content.index.entryCount; number += 1) {
    for (const bytes of unpacking.make(number)) {
      sincePause += bytes
      if (sincePause < pauseAfterBytes) continue
      sincePause = 0
      await setImmediate()
      job.signal.throwIfAborted()
    }
  }
  unpacking.finish()
  if (unpacking.hasIgnoredOwners) job.emit({ type: 'notice', level: 'warning', message: ignoredOwners })
}

const ignoredOwners =
  'some files of the image have owners whom this user namespace does not have: while something runs they belong to root. ' +
  'Give your user a range of at least 65536 ids in /etc/subuid and /etc/subgid (see wherry doctor)'

class Unpacking {
  readonly #content: LowerContent
  readonly #options: UnpackOptions
  readonly #directories = new Map<number, Buffer>()
  readonly #linked = new Map<number, Buffer>()
  hasIgnoredOwners = false
  readonly #buffer = Buffer.allocUnsafe(1024 * 1024)

  constructor(content: LowerContent, root: string, options: UnpackOptions) {
    this.#content = content
    this.#options = options
    this.#directories.set(0, Buffer.from(root))
  }

  /** Makes an entry, whose directory is there. Tells now and then how many bytes that took. */
  *make(number: number): Generator<number> {
    if (this.#content.isLeftOut(number)) return
    const { index } = this.#content
    const parent = this.#directories.get(index.parentOf(number)) ?? Buffer.alloc(0)
    const path = Buffer.concat([parent, Buffer.of(0x2f), index.nameBytesOf(number)])
    const entry = this.#content.entry(number)
    const inode = this.#content.inodeOf(number)
    const first = entry.kind === 'whiteout' ? undefined : this.#linked.get(inode)
    if (first !== undefined) linkSync(first, path)
    else {
      yield* this.#makeKind(number, entry, path)
      if (entry.kind !== 'directory' && this.#content.linksOf(inode) > 1) this.#linked.set(inode, path)
    }
    yield entryBytes
  }

  /** The times of directories, when nothing is made in them any more. */
  finish(): void {
    for (const [number, path] of this.#directories) {
      if (number !== 0) setTimes(path, this.#content.entry(number).attributes.modified)
    }
  }

  *#makeKind(number: number, entry: LowerEntry, path: Buffer): Generator<number> {
    const { kind, attributes } = entry
    if (kind === 'whiteout') return makeWhiteout(path)
    if (kind === 'directory') {
      mkdirSync(path, 0o700)
      this.#directories.set(number, path)
      this.#setAttributes(entry, path)
      if (this.#content.index.isOpaque(number)) {
        const { name, value } = opaqueXattr(this.#options.namespace)
        setXattr(path, name, value)
      }
      return
    }
    if (kind === 'file') yield* this.#writeFile(entry, path)
    else if (kind === 'symbolic-link') symlinkSync(Buffer.from(encodePathText(attributes.linkTarget)), path)
    else if (kind === 'fifo') makeNode(path, kind, 0o600)
    else makeDevice(path, kind, lowerDevice(kind, attributes))
    this.#setAttributes(entry, path)
    setTimes(path, attributes.modified)
  }

  *#writeFile({ attributes, source }: LowerEntry, path: Buffer): Generator<number> {
    const { sizeBytes, sparse } = attributes
    const file = openSync(path, 'wx', 0o600)
    try {
      let from = attributes.dataOffsetBytes
      for (const run of sparse ?? [{ offsetBytes: 0, sizeBytes }]) {
        for (let done = 0; done < run.sizeBytes;) {
          const wanted = Math.min(this.#buffer.length, run.sizeBytes - done)
          const read = readSync(source.tarDescriptor, this.#buffer, 0, wanted, from + done)
          if (read === 0) throw shortTar(source.index.diffId)
          writeAll(file, this.#buffer.subarray(0, read), run.offsetBytes + done)
          done += read
          yield read
        }
        from += run.sizeBytes
      }
      if (sparse !== undefined) ftruncateSync(file, sizeBytes)
    } finally {
      closeSync(file)
    }
  }

  /** In this order: a new owner takes away the right to become somebody else, and capabilities. */
  #setAttributes({ kind, attributes }: LowerEntry, path: Buffer): void {
    const { uid, gid, mode } = attributes
    if (!isGiven(path, uid, gid)) {
      if (this.#options.unmappedOwners === 'refuse') throw unmappedOwner(path, uid, gid)
      this.hasIgnoredOwners = true
      // One of the two may be there.
      if (!isGiven(path, uid, 0)) isGiven(path, 0, gid)
    }
    if (kind !== 'symbolic-link') chmodSync(path, mode)
    for (const [name, value] of attributes.xattrs) if (!isOverlayXattr(name)) setXattrIfAllowed(path, name, value)
  }
}

/** Whether the user namespace has such an owner. */
function isGiven(path: Buffer, uid: number, gid: number): boolean {
  try {
    lchownSync(path, uid, gid)
    return true
  } catch (error) {
    if (systemErrorCode(error) !== 'EINVAL') throw error
    return false
  }
}

function writeAll(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done)
  }
}

function makeWhiteout(path: Buffer): void {
  makeNode(path, 'character-device', 0)
}

/** A user namespace has no devices; an empty file at least hides what lower layers have in its place. */
function makeDevice(
  path: Buffer,
  kind: 'character-device' | 'block-device',
  device: { readonly major: number; readonly minor: number },
): void {
  try {
    makeNode(path, kind, 0o600, device)
  } catch (error) {
    if (systemErrorCode(error) !== 'EPERM') throw error
    closeSync(openSync(path, 'wx', 0o600))
  }
}

const refusals = new Set(['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'EINVAL'])

/** What a file system or a user namespace does not take is left out, as other programs do that unpack layers. */
function setXattrIfAllowed(path: Buffer, name: string, value: Uint8Array): void {
  try {
    setXattr(path, name, value)
  } catch (error) {
    if (!refusals.has(systemErrorCode(error) ?? '')) throw error
  }
}

function unmappedOwner(path: Buffer, uid: number, gid: number): SnapshotError {
  return new SnapshotError(
    'cannot-write',
    `${path.toString()} belongs to ${uid}:${gid}, whom this user namespace does not have`,
    {
      hint: 'Give your user a range of at least 65536 ids in /etc/subuid and /etc/subgid.',
    },
  )
}

function shortTar(diffId: string): SnapshotError {
  return new SnapshotError('cannot-read', `the cached tar of the layer ${diffId} is damaged`, {
    hint: 'Remove it with `wherry prune`, and run this again to fetch the layer anew.',
  })
}
