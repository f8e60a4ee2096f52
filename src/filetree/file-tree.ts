import { ImageError } from '../image/errors.ts'
import type { Image } from '../image/image.ts'
import { assert } from '../std/assert.ts'
import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import type { FileEntry } from './file-entry.ts'
import type { IndexedLayer } from './index-layer.ts'
import { LayerPool } from './layer-pool.ts'
import { followHardLink } from './tree/hard-links.ts'
import { placeAt, resolvePlace } from './tree/resolve.ts'
import { treeEntry } from './tree/tree-entry.ts'
import { createView } from './tree/view.ts'
import { childrenOf, walk, type MergedPath } from './tree/walk.ts'

/**
 * The root file system of an image as a container would see it: the merged, read-only view over its layers. Nothing is
 * unpacked, and nothing but `resolve` follows links.
 *
 * Paths are absolute; a leading slash may be left out. Entries are cheap and are made anew by each call: compare `path` or
 * `inode`, not the entries.
 */
export interface FileTree extends AsyncDisposable {
  /** The layers by themselves, lowest first. */
  readonly layers: readonly IndexedLayer[]

  /** The entry of exactly this path. */
  get(path: string): FileEntry | undefined

  /**
   * What a process in the container finds at this path: links are followed, inside the root only, at most 40 of them, and
   * `..` never leaves the root. The entry's own path tells where that was. Undefined where the process would find nothing.
   *
   * @param options.followLast whether a link at the very end is followed, as stat(2) does and lstat(2) does not. True unless
   * told.
   */
  resolve(path: string, options?: { readonly followLast?: boolean }): FileEntry | undefined

  /** What lies in a directory, sorted by the bytes of the names. Nothing for what is no directory. */
  children(path: string): Iterable<FileEntry>

  /** A path (the root, unless told) and everything under it: parents first, siblings sorted by the bytes of their names. */
  entries(under?: string): Iterable<FileEntry>

  /** A file's content: see {@link IndexedLayer.read}. */
  read(file: FileEntry, bytesMax: number): Promise<Uint8Array>

  /** A file's content as a stream: see {@link IndexedLayer.openFile}. */
  openFile(file: FileEntry, job: Job, offsetBytes?: number): ByteStream
}

/**
 * Opens the merged view of an image. Layers that are not in the cache folder are indexed first, several at once.
 *
 * Layers are applied as containerd does it with overlayfs: whiteouts and opaque directories hide what is below them, a
 * directory over a directory keeps its content and changes its attributes, and everything else replaces what was there, so
 * a directory in the place of a lower layer's symbolic link replaces the link. A directory that a layer only implies keeps
 * the attributes that lower layers gave it; one that no layer has written is owned by root, with mode 0755.
 *
 * @throws ImageError `too-large` for more layers than the job's limits allow
 * @throws FileTreeError `bad-layer` also for a hard link that leads nowhere; and whatever {@link indexLayer} throws.
 */
export async function openFileTree(image: Pick<Image, 'layers'>, cacheDirectory: string, job: Job): Promise<FileTree> {
  await using opened = new AsyncDisposableStack()
  const tree = await openPooledTree(image, opened.use(new LayerPool(cacheDirectory)), job)
  const held = opened.move()
  return { ...tree, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

/**
 * {@link openFileTree} with layers of a pool, for several trees that have layers in common. Disposing of it does nothing: the layers are the
 * pool's.
 *
 * @throws as {@link openFileTree}
 */
export async function openPooledTree(image: Pick<Image, 'layers'>, pool: LayerPool, job: Job): Promise<FileTree> {
  const { layersMax } = job.limits
  if (image.layers.length > layersMax) {
    throw new ImageError('too-large', `an image of ${image.layers.length} layers, more than ${layersMax}`)
  }
  return mergeLayers(await pool.open(image.layers, job))
}

/**
 * The merged view of layers that are open already, as {@link openFileTree} makes it. Disposing of it does nothing: the layers
 * are their owner's, and must stay open as long as files are read.
 *
 * @param layers lowest first.
 * @throws FileTreeError `bad-layer` for a hard link that leads nowhere
 */
export function mergeLayers(layers: readonly IndexedLayer[]): FileTree {
  const { root, hardLinks } = createView(layers.map((layer) => layer.index))
  const layerOf = (file: FileEntry): IndexedLayer => {
    const layer = layers[file.layer]
    assert(layer?.index.diffId === file.diffId, `${file.path} is of another tree`)
    return layer
  }
  const toEntry = ({ path, merged }: MergedPath): FileEntry | undefined =>
    treeEntry(path, followHardLink(hardLinks, merged))
  const toEntries = function* (places: Iterable<MergedPath>): Generator<FileEntry> {
    for (const place of places) {
      const entry = toEntry(place)
      if (entry !== undefined) yield entry
    }
  }
  const locate = (path: string): MergedPath | undefined => (root === undefined ? undefined : placeAt(root, path))

  return {
    layers,
    get(path) {
      const place = locate(path)
      return place === undefined ? undefined : toEntry(place)
    },
    resolve(path, { followLast = true } = {}) {
      const place = resolvePlace(root, hardLinks, path, followLast)
      return place === undefined ? undefined : toEntry(place)
    },
    children(path) {
      const place = locate(path)
      return toEntries(place === undefined ? [] : childrenOf(place))
    },
    entries(under = '/') {
      const place = locate(under)
      return toEntries(place === undefined ? [] : walk(place))
    },
    read: (file, bytesMax) => layerOf(file).read(file, bytesMax),
    openFile: (file, job, offsetBytes) => layerOf(file).openFile(file, job, offsetBytes),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
