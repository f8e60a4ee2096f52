import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { compressLayer } from '../../archive/compress.ts'
import { writeTar } from '../../archive/tar-writer.ts'
import type { ContentSink } from '../../image/content.ts'
import type { Digest } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import type { Job } from '../../std/job.ts'
import type { LayerSums } from '../layers/write-layer.ts'
import type { RootChanges } from './read-root.ts'

/**
 * Writes the changes of a root as a layer.
 *
 * @param path of a file for it, which is there as long as the build.
 * @throws what the sink throws; system errors as they come
 */
export async function writeRootLayer(
  changes: RootChanges,
  path: string,
  sink: ContentSink,
  job: Job,
): Promise<LayerSums> {
  const packed = compressLayer(writeTar(changes.contents(job), job), { format: 'gzip' }, job)
  await pipeline(packed.bytes, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal: job.signal })
  const { tar, blob } = packed.sums()
  const descriptor = { mediaType: mediaTypes.ociLayerGzip, digest: digestOf(blob.sha256), size: blob.sizeBytes }
  if (!(await sink.has(descriptor, job))) {
    await sink.write(descriptor, async (offset) => readFrom(path, offset, job), job)
  }
  return { diffId: digestOf(tar.sha256), tarBytes: tar.sizeBytes, descriptor }
}

function digestOf(sha256: string): Digest {
  return `sha256:${sha256}`
}

async function* readFrom(path: string, start: number, job: Job): AsyncGenerator<Uint8Array> {
  for await (const chunk of createReadStream(path, { start, highWaterMark: 1024 * 1024, signal: job.signal })) {
    if (chunk instanceof Uint8Array) yield chunk
  }
}
