import { createCipheriv, randomBytes } from 'node:crypto'
import type { ContentSink } from '../../src/image/content.ts'
import type { Descriptor } from '../../src/image/descriptor.ts'
import { DigestHasher, digestOf } from '../../src/image/digest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import type { Reference } from '../../src/image/reference.ts'
import { byteStream } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'

const pieceBytes = 1 << 20

/**
 * Writes an image whose layers are noise: no program that only moves layers looks into them, and none can shorten them.
 */
export async function writeNoiseImage(
  sink: ContentSink,
  name: Reference,
  layerCount: number,
  layerBytes: number,
): Promise<void> {
  const job = createJob()
  const layers: Descriptor[] = []
  for (let count = 0; count < layerCount; count += 1) {
    const key = randomBytes(32)
    const hasher = new DigestHasher()
    for (const piece of noise(key, layerBytes)) hasher.update(piece)
    const layer = { mediaType: mediaTypes.ociLayerGzip, digest: hasher.digest(), size: layerBytes }
    await sink.write(layer, async () => stream(noise(key, layerBytes)), job)
    layers.push(layer)
  }
  const config = jsonContent(mediaTypes.ociConfig, {
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  })
  const manifest = jsonContent(mediaTypes.ociManifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers,
  })
  await sink.write(config.descriptor, async () => byteStream(config.bytes), job)
  await sink.tag(name, manifest.descriptor, manifest.bytes, job)
}

/** The key stream of a cipher: as good as random, and the same for the same key. */
function* noise(key: Uint8Array, sizeBytes: number): Generator<Uint8Array> {
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.alloc(16))
  const zeros = Buffer.alloc(pieceBytes)
  for (let made = 0; made < sizeBytes; made += pieceBytes) {
    yield cipher.update(zeros.subarray(0, Math.min(pieceBytes, sizeBytes - made)))
  }
}

function jsonContent(mediaType: string, value: object): { descriptor: Descriptor; bytes: Uint8Array } {
  const bytes = Buffer.from(JSON.stringify(value))
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }
}

async function* stream(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* pieces
}
