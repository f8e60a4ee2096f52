import { createReadStream, type BigIntStats } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { TarContent, TarEntry, TarEntryKind } from '../../archive/tar-entry.ts'
import { byteStream, type ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { cryptoModule } from '../../std/node-modules.ts'

/** A file of a root as it was when a layer was made of it. */
interface KnownFile {
  readonly kind: TarEntryKind
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly sizeBytes: number
  readonly linkTarget: string
  /** Tells, without reading, that it is as it was. */
  readonly stamp: string
  /** Of its content, once it was read. */
  sha256: string
}

/** What a root had when a layer was made of it, by path. */
export type RootState = ReadonlyMap<string, KnownFile>

/** An entry of a layer. */
interface PlannedEntry {
  readonly path: string
  readonly file: KnownFile
  readonly modifiedSeconds: number
  /** Of further names of a file: its first one. */
  readonly hardLinkTo: string | undefined
}

/** What is different in a root. */
export interface RootChanges {
  /** Handed to the next layer; complete when the layer was written. */
  readonly state: RootState
  /** The entries of the layer, sorted, each directory before what is in it. What is gone stands as a whiteout. */
  contents(job: Job): AsyncGenerator<TarContent>
}

/**
 * Compares a root with what the layers below have made of it (image-spec, layer.md). Times alone make no difference.
 *
 * @param dateSeconds no time is later.
 * @throws system errors as they come
 */
export async function changesOfRoot(
  root: string,
  lower: RootState,
  dateSeconds: number,
  job: Job,
): Promise<RootChanges> {
  const state = new Map<string, KnownFile>()
  const planned: PlannedEntry[] = []
  const names = new Map<string, string>()
  for await (const [path, stats] of walk(root, '', job)) {
    const file = await describe(join(root, path), stats)
    if (file === undefined) continue
    state.set(path, file)
    if (await isSame(file, lower.get(path), join(root, path), job)) continue
    const isShared = file.kind === 'file' && stats.nlink > 1n
    const inode = `${stats.dev}:${stats.ino}`
    const hardLinkTo = isShared ? names.get(inode) : undefined
    if (isShared && hardLinkTo === undefined) names.set(inode, path)
    const modifiedSeconds = Math.min(Number(stats.mtimeNs / 1_000_000_000n), dateSeconds)
    planned.push({ path, file, modifiedSeconds, hardLinkTo })
  }
  const gone = [...lower.keys()].filter((path) => !state.has(path) && state.get(parentOf(path))?.kind === 'directory')
  return { state, contents: (contentsJob) => write(root, planned, gone, dateSeconds, contentsJob) }
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** Begins with the root itself, whose path is empty. Nothing of another file system is followed: no link is. */
async function* walk(root: string, path: string, job: Job): AsyncGenerator<readonly [string, BigIntStats]> {
  job.signal.throwIfAborted()
  const stats = await lstat(join(root, path), { bigint: true })
  yield [path, stats]
  if (!stats.isDirectory()) return
  for (const name of (await readdir(join(root, path))).toSorted()) {
    yield* walk(root, path === '' ? name : `${path}/${name}`, job)
  }
}

async function describe(path: string, stats: BigIntStats): Promise<KnownFile | undefined> {
  const kind = kindOf(stats)
  if (kind === undefined) return undefined
  const linkTarget = kind === 'symbolic-link' ? await readlink(path) : ''
  return {
    ...{ kind, linkTarget, mode: Number(stats.mode) & 0o7777, uid: Number(stats.uid), gid: Number(stats.gid) },
    sizeBytes: kind === 'file' ? Number(stats.size) : 0,
    stamp: `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}`,
    sha256: '',
  }
}

/** Devices and sockets are made by whoever runs the image. */
function kindOf(stats: BigIntStats): TarEntryKind | undefined {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'symbolic-link'
  return stats.isFIFO() ? 'fifo' : undefined
}

async function isSame(file: KnownFile, before: KnownFile | undefined, path: string, job: Job): Promise<boolean> {
  if (before === undefined) return false
  const keys = ['kind', 'mode', 'uid', 'gid', 'sizeBytes', 'linkTarget'] as const
  if (keys.some((key) => file[key] !== before[key])) return false
  if (file.kind !== 'file') return true
  file.sha256 = file.stamp === before.stamp ? before.sha256 : await hashOf(path, job)
  return file.sha256 === before.sha256
}

async function hashOf(path: string, job: Job): Promise<string> {
  const hash = cryptoModule().createHash('sha256')
  for await (const chunk of readFile(path, job)) hash.update(chunk)
  return hash.digest('hex')
}

async function* readFile(path: string, job: Job): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024, signal: job.signal })) {
    if (chunk instanceof Uint8Array) yield chunk
  }
}

async function* write(
  root: string,
  planned: readonly PlannedEntry[],
  gone: readonly string[],
  dateSeconds: number,
  job: Job,
): AsyncGenerator<TarContent> {
  for (const path of gone) {
    const folder = parentOf(path)
    const name = `.wh.${path.slice(folder === '' ? 0 : folder.length + 1)}`
    const file: KnownFile = { ...whiteout, sha256: '' }
    const entry = { path: folder === '' ? name : `${folder}/${name}`, file, modifiedSeconds: dateSeconds }
    yield { entry: tarEntry({ ...entry, hardLinkTo: undefined }), body: byteStream() }
  }
  const hashes = new Map<string, KnownFile>()
  for (const each of planned) {
    if (each.path === '') continue
    const original = each.hardLinkTo === undefined ? undefined : hashes.get(each.hardLinkTo)
    if (original !== undefined) {
      each.file.sha256 = original.sha256
      yield { entry: tarEntry(each), body: byteStream() }
      continue
    }
    const isFile = each.file.kind === 'file'
    if (isFile) hashes.set(each.path, each.file)
    yield { entry: tarEntry(each), body: isFile ? hashed(join(root, each.path), each.file, job) : byteStream() }
  }
}

const whiteout = { kind: 'file', mode: 0o644, uid: 0, gid: 0, sizeBytes: 0, linkTarget: '', stamp: '' } as const

/** The content, whose hash is noted on the way. */
async function* hashed(path: string, file: KnownFile, job: Job): ByteStream {
  const hash = cryptoModule().createHash('sha256')
  for await (const chunk of readFile(path, job)) {
    hash.update(chunk)
    yield chunk
  }
  file.sha256 = hash.digest('hex')
}

function tarEntry({ path, file, modifiedSeconds, hardLinkTo }: PlannedEntry): TarEntry {
  const { kind, mode, uid, gid, sizeBytes, linkTarget } = file
  return {
    path: kind === 'directory' ? `${path}/` : path,
    ...(hardLinkTo === undefined
      ? { kind, sizeBytes, linkTarget }
      : { kind: 'hard-link' as const, sizeBytes: 0, linkTarget: hardLinkTo }),
    ...{ mode, uid, gid, userName: '', groupName: '', deviceMajor: 0, deviceMinor: 0 },
    modified: { seconds: modifiedSeconds, nanoseconds: 0 },
    ...{ xattrs: noXattrs, sparse: undefined },
  }
}

const noXattrs: ReadonlyMap<string, Uint8Array> = new Map()
