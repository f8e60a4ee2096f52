import { randomBytes } from 'node:crypto'
import type { ContentSink, ContentSource } from '../../src/image/content.ts'
import type { Descriptor } from '../../src/image/descriptor.ts'
import { digestOf } from '../../src/image/digest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import type { Reference } from '../../src/image/reference.ts'
import { byteStream, readAll } from '../../src/std/bytes.ts'
import { createJob, type Job } from '../../src/std/job.ts'

/** Some bytes and what they are called. */
export interface Content {
  readonly bytes: Uint8Array
  readonly descriptor: Descriptor
}

export function contentOf(bytes: Uint8Array, mediaType: string = mediaTypes.ociLayer): Content {
  return { bytes, descriptor: { mediaType, digest: digestOf(bytes), size: bytes.length } }
}

/** A manifest over this config and these layers. `more` is put into the document: a subject, annotations. */
export function manifestOf(config: Content, layers: readonly Content[], more: object = {}): Content {
  const document = {
    schemaVersion: 2,
    mediaType: mediaTypes.ociManifest,
    config: config.descriptor,
    layers: layers.map((layer) => layer.descriptor),
    ...more,
  }
  return contentOf(Buffer.from(JSON.stringify(document)), mediaTypes.ociManifest)
}

export function indexOf(manifests: readonly Descriptor[]): Content {
  const document = { schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests }
  return contentOf(Buffer.from(JSON.stringify(document)), mediaTypes.ociIndex)
}

/** An image that no other is like. Its layer is no tar: no place looks into layers. */
export interface SampleImage {
  readonly config: Content
  readonly layer: Content
  readonly manifest: Content
}

export function sampleImage(more: object = {}, layerBytes = 1000): SampleImage {
  const unique = randomBytes(8).toString('hex')
  const text = JSON.stringify({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] }, unique })
  const config = contentOf(Buffer.from(text), mediaTypes.ociConfig)
  const layer = contentOf(randomBytes(layerBytes), mediaTypes.ociLayerGzip)
  return { config, layer, manifest: manifestOf(config, [layer], more) }
}

export async function writeContent(place: ContentSink, content: Content, job: Job = createJob()): Promise<void> {
  await place.write(content.descriptor, async (offset) => byteStream(content.bytes.subarray(offset)), job)
}

/** Writes an image, what it is made of first, and gives it a name if there is one. */
export async function writeImage(place: ContentSink, image: SampleImage, name?: Reference): Promise<void> {
  await writeContent(place, image.config)
  await writeContent(place, image.layer)
  if (name === undefined) await writeContent(place, image.manifest)
  else await place.tag(name, image.manifest.descriptor, image.manifest.bytes, createJob())
}

export async function readContent(place: ContentSource, descriptor: Descriptor, offset?: number): Promise<Uint8Array> {
  return await readAll(await place.open(descriptor, createJob(), offset), 64 * 1024 * 1024)
}

/** What a connection gives that is cut after some bytes. */
export async function* cutOff(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
  throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })
}
