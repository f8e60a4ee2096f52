import { join } from 'node:path'
import { custom, number, strictObject } from 'valibot'
import { decompress } from '../../archive/compression.ts'
import type { ContentSink } from '../../image/content.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { DigestHasher, isDigest, type Digest } from '../../image/digest.ts'
import { mediaTypes } from '../../image/media-type.ts'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { readRecord, writeRecord, type CacheFolders } from '../cache/cache-files.ts'
import { damagedPart, type Member } from './member.ts'

/** What a layer is called, compressed and not. */
export interface LayerSums {
  readonly diffId: Digest
  readonly tarBytes: number
  readonly descriptor: Descriptor
}

const digest = custom<Digest>((value) => typeof value === 'string' && isDigest(value))
const layerSchema = strictObject({ diffId: digest, tarBytes: number(), digest, sizeBytes: number() })

/**
 * Puts the parts of a layer together and writes it, unless the sink has it.
 *
 * @throws ImageError `digest-mismatch` when what is kept of a part is damaged; BaseError `cache-unusable`; what the sink throws
 */
export async function writeLayer(
  members: readonly Member[],
  folders: CacheFolders,
  sink: ContentSink,
  job: Job,
): Promise<LayerSums> {
  const sums = await sumUp(members, folders, job)
  if (!(await sink.has(sums.descriptor, job))) {
    await sink.write(sums.descriptor, async (offset) => from(offset, concatenated(members, job)), job)
  }
  return sums
}

async function sumUp(members: readonly Member[], folders: CacheFolders, job: Job): Promise<LayerSums> {
  const key = cryptoModule().hash('sha256', members.map((each) => `${each.key} ${each.sha256}\n`).join(''))
  const path = join(folders.folder, 'layers', `${key}.json`)
  const known = await readRecord(path, layerSchema)
  if (known !== undefined) return layerSums(known.diffId, known.tarBytes, known.digest, known.sizeBytes)
  const tar = new DigestHasher()
  const blob = new DigestHasher()
  for (const member of members) {
    for await (const chunk of decompress(hashed(member, blob, job), 'gzip', job)) tar.update(chunk)
  }
  const record = { diffId: tar.digest(), tarBytes: tar.sizeBytes, digest: blob.digest(), sizeBytes: blob.sizeBytes }
  await writeRecord(path, record, folders.scratchFolder)
  return layerSums(record.diffId, record.tarBytes, record.digest, record.sizeBytes)
}

function layerSums(diffId: Digest, tarBytes: number, blob: Digest, size: number): LayerSums {
  return { diffId, tarBytes, descriptor: { mediaType: mediaTypes.ociLayerGzip, digest: blob, size } }
}

async function* hashed(member: Member, blob: DigestHasher, job: Job): AsyncGenerator<Uint8Array> {
  const own = new DigestHasher()
  for await (const chunk of member.open(job)) {
    own.update(chunk)
    blob.update(chunk)
    yield chunk
  }
  if (own.digest() === `sha256:${member.sha256}`) return
  throw damagedPart()
}

/** The bytes of a layer's blob. */
async function* concatenated(members: readonly Member[], job: Job): AsyncGenerator<Uint8Array> {
  for (const member of members) yield* member.open(job)
}

async function* from(offsetBytes: number, stream: ByteStream): AsyncGenerator<Uint8Array> {
  let skip = offsetBytes
  for await (const chunk of stream) {
    if (skip < chunk.length) yield chunk.subarray(skip)
    skip = Math.max(0, skip - chunk.length)
  }
}
