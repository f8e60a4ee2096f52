import type { ContentSink, ContentSource } from '../../image/content.ts'
import { DigestHasher, shortDigest } from '../../image/digest.ts'
import { layerAt } from '../../image/image.ts'
import { errorMessage } from '../../std/errors.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { LayerRecord } from '../cache/step-cache.ts'

/** Brings the layer of a record to the store, and checks that it is what the record says. */
export async function fetchLayer(
  source: ContentSource,
  { layer }: LayerRecord,
  store: ContentSource & ContentSink,
  job: Job,
): Promise<boolean> {
  if (layer === null || (await store.has(layer.descriptor, job))) return true
  const { descriptor, diffId } = layer
  const id = `cache ${descriptor.digest}`
  const title = `fetching ${shortDigest(descriptor.digest)} from the cache`
  job.emit({ type: 'task-started', id, title, totalBytes: descriptor.size })
  try {
    await store.write(
      descriptor,
      async (offset) => counted(await source.open(descriptor, job, offset), offset, id, job),
      job,
    )
    // What a registry says of a key is believed; that the layer has the diff ID is not, or the image would be no image.
    const hasher = new DigestHasher()
    for await (const chunk of layerAt(store, descriptor, diffId).openTar(job)) hasher.update(chunk)
    if (hasher.digest() !== diffId) throw new Error(`it unpacks to something else than ${diffId}`)
    job.emit({ type: 'task-done', id, outcome: 'fetched' })
    return true
  } catch (error) {
    job.signal.throwIfAborted()
    const message = errorMessage(error)
    job.emit({ type: 'task-failed', id, message })
    job.emit({ type: 'notice', level: 'warning', message: `the cache cannot be used for a step: ${message}` })
    return false
  }
}

async function* counted(stream: ByteStream, offsetBytes: number, id: string, job: Job): AsyncGenerator<Uint8Array> {
  let bytes = offsetBytes
  for await (const chunk of stream) {
    yield chunk
    bytes += chunk.length
    job.emit({ type: 'task-progress', id, bytes })
  }
}
