import type { TarEntry, TarEntryKind } from '../../src/archive/tar-entry.ts'
import { writeTar } from '../../src/archive/tar-writer.ts'
import { digestOf } from '../../src/image/digest.ts'
import type { Layer } from '../../src/image/image.ts'
import type { LayerIndex } from '../../src/filetree/layer-index.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { byteStream, readAll } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'

/** One member of a layer that a test makes. */
export interface LayerItem {
  readonly entry: TarEntry
  readonly content: Uint8Array
}

type Attributes = Partial<TarEntry>

function item(
  kind: TarEntryKind,
  path: string,
  attributes: Attributes,
  content: Uint8Array = new Uint8Array(0),
): LayerItem {
  const entry: TarEntry = {
    path,
    kind,
    mode: kind === 'directory' ? 0o755 : 0o644,
    uid: 0,
    gid: 0,
    userName: '',
    groupName: '',
    sizeBytes: content.length,
    modified: { seconds: 0, nanoseconds: 0 },
    linkTarget: '',
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
    sparse: undefined,
    ...attributes,
  }
  return { entry, content }
}

export function file(path: string, content: string | Uint8Array = '', attributes: Attributes = {}): LayerItem {
  return item('file', path, attributes, typeof content === 'string' ? Buffer.from(content) : content)
}

export function directory(path: string, attributes: Attributes = {}): LayerItem {
  return item('directory', path, attributes)
}

export function symbolicLink(path: string, linkTarget: string, attributes: Attributes = {}): LayerItem {
  return item('symbolic-link', path, { mode: 0o777, linkTarget, ...attributes })
}

export function hardLink(path: string, linkTarget: string, attributes: Attributes = {}): LayerItem {
  return item('hard-link', path, { linkTarget, ...attributes })
}

export function device(path: string, deviceMajor: number, deviceMinor: number): LayerItem {
  return item('character-device', path, { deviceMajor, deviceMinor })
}

export function fifo(path: string): LayerItem {
  return item('fifo', path, {})
}

/** The marker that deletes `path` of lower layers. */
export function whiteout(path: string): LayerItem {
  const slash = path.lastIndexOf('/') + 1
  return file(`${path.slice(0, slash)}.wh.${path.slice(slash)}`)
}

/** The marker that hides what lower layers have in a directory. */
export function opaque(path: string): LayerItem {
  return file(`${path}/.wh..wh..opq`)
}

/** The tar of these members. */
export async function tarOf(items: readonly LayerItem[]): Promise<Uint8Array> {
  const contents = items.map(({ entry, content }) => ({ entry, body: byteStream(content) }))
  return await readAll(writeTar(contents, createJob()), 1e9)
}

/** A layer with this tar, given in chunks of a size. */
export function layerOfTar(tar: Uint8Array, chunkBytes = 64 * 1024): Layer {
  const digest = digestOf(tar)
  return {
    descriptor: { mediaType: mediaTypes.ociLayer, digest, size: tar.length },
    diffId: digest,
    async *openTar() {
      for (let start = 0; start < tar.length; start += chunkBytes) yield tar.subarray(start, start + chunkBytes)
    },
  }
}

/** An uncompressed layer of these members, in memory. */
export async function layerOf(items: readonly LayerItem[]): Promise<Layer> {
  return layerOfTar(await tarOf(items))
}

/** Everything that an index says of its layer, a line for each entry: kind, path, and what is worth telling. */
export function describeLayer(index: LayerIndex): readonly string[] {
  return Array.from(index.entries(), (entry) =>
    [
      entry.kind,
      entry.path,
      entry.isImplied ? 'implied' : '',
      entry.isOpaque ? 'opaque' : '',
      entry.linkTarget === '' ? '' : `-> ${entry.linkTarget}`,
      entry.inode === entry.number ? '' : `= ${index.pathOf(entry.inode)}`,
    ]
      .filter((word) => word !== '')
      .join(' '),
  )
}
