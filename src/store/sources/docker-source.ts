import { array, looseObject, nullish, string, type InferOutput } from 'valibot'
import { compressLayer } from '../../archive/compress.ts'
import { decompress, detectCompression, detectionBytes } from '../../archive/compression.ts'
import { parseImageConfig } from '../../image/config.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { digestOf, DigestHasher, shortDigest, type Digest } from '../../image/digest.ts'
import { ImageError } from '../../image/errors.ts'
import { mediaTypes } from '../../image/media-type.ts'
import { parseReference } from '../../image/reference.ts'
import { byteStream, type ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { JsonError, parseJson } from '../../std/json.ts'
import { StoreError } from '../errors.ts'
import { findNamed, namedEntry, noSuchName, storedImage, withoutName } from '../naming/entry-names.ts'
import { readWhole, type FileSet } from './file-set.ts'
import type { ImageSource } from './layout-source.ts'
import type { Spool } from './spool.ts'

/** `manifest.json` of what `docker save` writes, since Docker 1.10. */
const listSchema = array(
  looseObject({
    Config: string(),
    RepoTags: nullish(array(string()), () => []),
    Layers: nullish(array(string()), () => []),
  }),
)

type ListedImage = InferOutput<typeof listSchema>[number]

/** A blob of the images that are made of the archive. */
interface MadeBlob {
  readonly descriptor: Descriptor
  open(job: Job, offsetBytes: number): ByteStream
}

/** A layer, and the digest of its tar. */
interface MadeLayer extends MadeBlob {
  readonly diffId: Digest
}

/**
 * The images of a docker-archive. Such an archive has no manifests: they are made here, always the same ones for the same
 * archive. The config stays as it is, so the image ID stays too. Layers that are not compressed are compressed into the
 * spool, each once; that is done here, so it takes as long as that takes.
 *
 * @throws StoreError `bad-archive`; ImageError `bad-document`, `digest-mismatch`, …
 */
export async function openDockerSource(files: FileSet, spool: Spool, job: Job): Promise<ImageSource> {
  const blobs = new Map<Digest, MadeBlob>()
  const entries: Descriptor[] = []
  const layers = new Map<Digest, MadeLayer>()
  for (const listed of await readList(files, job)) {
    const { config, diffIds } = await readConfig(files, listed, job)
    checkLayerCount(files, listed, diffIds, job)
    const own: MadeLayer[] = []
    for (const [index, diffId] of diffIds.entries()) {
      const layer = layers.get(diffId) ?? (await makeLayer(files, listed.Layers[index] ?? '', diffId, spool, job))
      layers.set(diffId, layer)
      own.push(layer)
    }
    const manifest = makeManifest(config, own)
    for (const blob of [config, ...own, manifest]) blobs.set(blob.descriptor.digest, blob)
    const names = listed.RepoTags.map((name) => namedEntry(parseReference(name), manifest.descriptor))
    entries.push(...(names.length === 0 ? [manifest.descriptor] : names))
  }
  return {
    images: entries.map(storedImage),
    async resolve(reference) {
      const { digest } = reference
      const found =
        digest === undefined ? findNamed(entries, reference) : entries.find((entry) => entry.digest === digest)
      if (found === undefined) throw noSuchName(reference, entries, files.title)
      return withoutName(found)
    },
    async open({ digest }, inner, offsetBytes = 0) {
      const blob = blobs.get(digest)
      if (blob === undefined) throw new ImageError('not-found', `${digest} is not in ${files.title}`)
      return blob.open(inner, offsetBytes)
    },
    referrers: async () => [],
  }
}

async function readList(files: FileSet, job: Job): Promise<readonly ListedImage[]> {
  const bytes = await readWhole(files, 'manifest.json', job.limits.manifestBytesMax, job)
  if (bytes === undefined) throw new StoreError('bad-archive', `${files.title}: manifest.json is not in it`)
  try {
    return parseJson(bytes, listSchema, `${files.title}: manifest.json`)
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw new ImageError('bad-document', error.message, { cause: error })
  }
}

async function readConfig(
  files: FileSet,
  { Config: name }: ListedImage,
  job: Job,
): Promise<{ readonly config: MadeBlob; readonly diffIds: readonly Digest[] }> {
  const bytes = await readWhole(files, name, job.limits.manifestBytesMax, job)
  if (bytes === undefined) throw new StoreError('bad-archive', `${files.title}: the config ${name} is not in it`)
  const { rootfs } = parseImageConfig(bytes, `${files.title}: ${name}`)
  return { config: inMemory(bytes, mediaTypes.ociConfig), diffIds: rootfs.diff_ids }
}

function checkLayerCount(
  files: FileSet,
  { Config: name, Layers: layers }: ListedImage,
  diffIds: readonly Digest[],
  job: Job,
): void {
  const { layersMax } = job.limits
  if (layers.length > layersMax) {
    throw new ImageError(
      'too-large',
      `${files.title}: ${name} has ${layers.length} layers, and at most ${layersMax} are read`,
    )
  }
  if (layers.length === diffIds.length) return
  throw new ImageError(
    'bad-document',
    `${files.title}: ${name}: rootfs.diff_ids: ${diffIds.length} entries for ${layers.length} layers`,
  )
}

/** Layers come as plain tars from Docker and Podman, and compressed from other tools: those stay as they are if images have layers so. */
async function makeLayer(files: FileSet, name: string, diffId: Digest, spool: Spool, job: Job): Promise<MadeLayer> {
  const sizeBytes = await files.sizeOf(name)
  if (sizeBytes === undefined) throw new StoreError('bad-archive', `${files.title}: the layer ${name} is not in it`)
  const task = { id: `${files.title} ${name}`, title: `layer ${name}`, totalBytes: sizeBytes }
  job.emit({ type: 'task-started', ...task })
  const compression = detectCompression(await readStart(files.open(name, job)))
  const stream = counted(files.open(name, job), task.id, job)
  const isKept = compression === 'gzip' || compression === 'zstd'
  const layer = isKept
    ? await keepCompressed(files, name, sizeBytes, compression, stream, job)
    : await compressInto(spool, decompress(stream, compression, job), job)
  if (layer.diffId !== diffId) {
    throw new ImageError(
      'digest-mismatch',
      `${files.title}: the layer ${name} has the digest ${layer.diffId}, but its image asks for ${diffId}`,
      { hint: 'The archive was damaged or tampered with. Nothing of it was kept.' },
    )
  }
  const outcome = isKept ? 'read' : 'compressed'
  job.emit({ type: 'task-done', id: task.id, outcome: `${outcome} ${shortDigest(layer.descriptor.digest)}` })
  return layer
}

async function compressInto(spool: Spool, tar: ByteStream, job: Job): Promise<MadeLayer> {
  const compressing = compressLayer(tar, { format: 'gzip' }, job)
  const part = await spool.append(compressing.bytes, job.limits.layerBytesMax, job)
  const { blob, tar: plain } = compressing.sums()
  return {
    descriptor: { mediaType: mediaTypes.ociLayerGzip, digest: `sha256:${blob.sha256}`, size: blob.sizeBytes },
    diffId: `sha256:${plain.sha256}`,
    open: (inner, offsetBytes) => spool.open(part, inner, offsetBytes),
  }
}

async function keepCompressed(
  files: FileSet,
  name: string,
  size: number,
  compression: 'gzip' | 'zstd',
  stream: ByteStream,
  job: Job,
): Promise<MadeLayer> {
  const [blob, plain] = [new DigestHasher(), new DigestHasher()]
  for await (const chunk of decompress(hashed(stream, blob), compression, job)) plain.update(chunk)
  const mediaType = compression === 'gzip' ? mediaTypes.ociLayerGzip : mediaTypes.ociLayerZstd
  return {
    descriptor: { mediaType, digest: blob.digest(), size },
    diffId: plain.digest(),
    open: (inner, offsetBytes) => files.open(name, inner, offsetBytes),
  }
}

function makeManifest(config: MadeBlob, layers: readonly MadeLayer[]): MadeBlob {
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: layers.map(({ descriptor }) => descriptor),
  }
  return inMemory(Buffer.from(JSON.stringify(document)), mediaTypes.ociManifest)
}

function inMemory(bytes: Uint8Array, mediaType: string): MadeBlob {
  return {
    descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length },
    open: (_, offsetBytes) => byteStream(bytes.subarray(offsetBytes)),
  }
}

async function readStart(stream: ByteStream): Promise<Uint8Array> {
  for await (const chunk of stream) return chunk.subarray(0, detectionBytes)
  return new Uint8Array()
}

async function* hashed(stream: ByteStream, hasher: DigestHasher): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    hasher.update(chunk)
    yield chunk
  }
}

async function* counted(stream: ByteStream, id: string, job: Job): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of stream) {
    yield chunk
    bytes += chunk.length
    job.emit({ type: 'task-progress', id, bytes })
  }
}
