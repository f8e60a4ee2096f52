import { createReadStream } from 'node:fs'
import { lstat, opendir, readlink } from 'node:fs/promises'
import { basename } from 'node:path'
import type { TarContent, TarEntry, TarEntryKind } from '../archive/tar-entry.ts'
import { writeTar } from '../archive/tar-writer.ts'
import { DigestHasher } from '../image/digest.ts'
import { parseImageConfig } from '../image/config.ts'
import type { Image, Layer } from '../image/image.ts'
import { mediaTypes } from '../image/media-type.ts'
import { hostPlatform } from '../image/platform.ts'
import { byteStream } from '../std/bytes.ts'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import { decodePathText, encodePathText } from '../std/path-text.ts'
import { CompareError } from './errors.ts'

/**
 * A folder of this machine as if it were an image of one layer, which is not compressed: to be looked at beside one. It is read twice, once
 * for its digest; if it changes meanwhile, the second reading fails with ImageError `digest-mismatch`. Sockets and extended attributes are left
 * out.
 *
 * @throws CompareError `unreadable-folder`
 */
export async function folderImage(path: string, job: Job): Promise<Pick<Image, 'config' | 'layers'>> {
  const openTar = (job: Job) => writeTar(folderContents(path), job)
  const hasher = new DigestHasher('sha256')
  try {
    for await (const chunk of openTar(job)) hasher.update(chunk)
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error
    throw new CompareError('unreadable-folder', `cannot read ${path}: ${errorMessage(error)}`, { cause: error })
  }
  const diffId = hasher.digest()
  const descriptor = { mediaType: mediaTypes.ociLayer, digest: diffId, size: hasher.sizeBytes }
  const layer: Layer = { descriptor, diffId, openTar }
  const { os, architecture } = hostPlatform()
  const config = { os, architecture, config: {}, rootfs: { type: 'layers', diff_ids: [diffId] } }
  const history = [{ created_by: `folder ${basename(path)}` }]
  return {
    config: parseImageConfig(Buffer.from(JSON.stringify({ ...config, history })), 'the config of a folder'),
    layers: [layer],
  }
}

async function* folderContents(root: string): AsyncGenerator<TarContent> {
  const firstPaths = new Map<string, string>()
  const waiting: string[] = ['']
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    for (const name of await namesIn(root, folder)) {
      const path = folder === '' ? name : `${folder}/${name}`
      const content = await contentOf(root, path, firstPaths)
      if (content?.entry.kind === 'directory') waiting.push(path)
      if (content !== undefined) yield content
    }
  }
}

async function namesIn(root: string, folder: string): Promise<readonly string[]> {
  const names: string[] = []
  // Names are bytes; as latin1 none of them is lost.
  for await (const { name } of await opendir(hostPath(root, folder), { encoding: 'latin1' })) {
    names.push(decodePathText(Buffer.from(name, 'latin1')))
  }
  return names.toSorted()
}

function hostPath(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(path === '' ? root : `${root}/`), encodePathText(path)])
}

async function contentOf(root: string, path: string, firstPaths: Map<string, string>): Promise<TarContent | undefined> {
  const place = hostPath(root, path)
  const stats = await lstat(place)
  const kind = kindOf(stats)
  if (kind === undefined) return undefined
  const inode = `${stats.dev}:${stats.ino}`
  const first = kind === 'directory' || stats.nlink === 1 ? undefined : firstPaths.get(inode)
  if (first === undefined) firstPaths.set(inode, path)
  const linkTarget = kind === 'symbolic-link' ? decodePathText(await readlink(place, { encoding: 'buffer' })) : ''
  const entry: TarEntry = {
    path,
    kind: first === undefined ? kind : 'hard-link',
    ...{ mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, userName: '', groupName: '' },
    sizeBytes: kind === 'file' && first === undefined ? stats.size : 0,
    modified: { seconds: Math.floor(stats.mtimeMs / 1000), nanoseconds: 0 },
    linkTarget: first ?? linkTarget,
    ...deviceOf(kind, stats.rdev),
    xattrs: new Map(),
    sparse: undefined,
  }
  return { entry, body: entry.kind === 'file' && stats.size > 0 ? createReadStream(place) : byteStream() }
}

type Stats = Awaited<ReturnType<typeof lstat>>

function kindOf(stats: Stats): TarEntryKind | undefined {
  if (stats.isFile()) return 'file'
  if (stats.isDirectory()) return 'directory'
  if (stats.isSymbolicLink()) return 'symbolic-link'
  if (stats.isCharacterDevice()) return 'character-device'
  if (stats.isBlockDevice()) return 'block-device'
  return stats.isFIFO() ? 'fifo' : undefined
}

/** As Linux packs the two numbers (makedev(3)), the low 32 bits. */
function deviceOf(kind: TarEntryKind, device: number): Pick<TarEntry, 'deviceMajor' | 'deviceMinor'> {
  const isDevice = kind === 'character-device' || kind === 'block-device'
  if (!isDevice) return { deviceMajor: 0, deviceMinor: 0 }
  return { deviceMajor: (device >>> 8) & 0xfff, deviceMinor: (device & 0xff) | ((device >>> 12) & 0xfff00) }
}
