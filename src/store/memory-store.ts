import type { ContentSink, ContentSource, OpenContent, ReferrerSource } from '../image/content.ts'
import type { Descriptor } from '../image/descriptor.ts'
import type { Digest } from '../image/digest.ts'
import { ImageError } from '../image/errors.ts'
import { childrenOf, parseManifest, type ManifestDocument } from '../image/manifest.ts'
import { isManifestMediaType, isNonDistributable } from '../image/media-type.ts'
import type { Reference } from '../image/reference.ts'
import { verified } from '../image/verify.ts'
import { byteStream, readAll, TooManyBytesError, type ByteStream } from '../std/bytes.ts'
import { defaultLimits, type Limits } from '../std/limits.ts'
import type { Job } from '../std/job.ts'
import { StoreError } from './errors.ts'
import { referrerOf } from './naming/artifacts.ts'
import { findNamed, isNamed, namedEntry, noSuchName, withoutName } from './naming/entry-names.ts'

const bytesMaxDefault = 256 * 1024 * 1024

/** Content in memory: for tests, and for small things that need no disk. It keeps the same promises as the store on disk. */
export class MemoryStore implements ContentSource, ContentSink, ReferrerSource {
  readonly #blobs = new Map<Digest, Uint8Array>()
  readonly #manifests = new Map<Digest, Descriptor>()
  readonly #bytesMax: number
  #entries: readonly Descriptor[] = []
  #heldBytes = 0

  /** @param bytesMax how much it holds, all in all; more is refused with ImageError `too-large`. */
  constructor(bytesMax = bytesMaxDefault) {
    this.#bytesMax = bytesMax
  }

  async resolve(reference: Reference, _job: Job): Promise<Descriptor> {
    const { digest } = reference
    const found = digest === undefined ? findNamed(this.#entries, reference) : this.#manifests.get(digest)
    if (found === undefined) throw noSuchName(reference, this.#entries, 'memory')
    return withoutName(found)
  }

  async open(descriptor: Descriptor, _job: Job, offsetBytes = 0): Promise<ByteStream> {
    const bytes = this.#blobs.get(descriptor.digest)
    if (bytes === undefined) throw new ImageError('not-found', `${descriptor.digest} is not in memory`)
    return byteStream(bytes.subarray(offsetBytes))
  }

  async has(descriptor: Descriptor, job: Job): Promise<boolean> {
    const bytes = this.#blobs.get(descriptor.digest)
    if (bytes?.length !== descriptor.size) return false
    if (!isManifestMediaType(descriptor.mediaType)) return true
    return (await this.#firstMissing(descriptor, bytes, job)) === undefined
  }

  async write(descriptor: Descriptor, open: OpenContent, job: Job): Promise<void> {
    if (this.#blobs.get(descriptor.digest)?.length === descriptor.size) {
      this.#noteManifest(descriptor)
      return
    }
    const bytes = await this.#receive(descriptor, await open(0), job)
    if (!this.#blobs.has(descriptor.digest)) this.#heldBytes += bytes.length
    this.#blobs.set(descriptor.digest, bytes)
    this.#noteManifest(descriptor)
  }

  #noteManifest(descriptor: Descriptor): void {
    if (isManifestMediaType(descriptor.mediaType)) this.#manifests.set(descriptor.digest, withoutName(descriptor))
  }

  async #receive(descriptor: Descriptor, stream: ByteStream, job: Job): Promise<Uint8Array> {
    try {
      return await readAll(cancellable(verified(stream, descriptor), job), this.#bytesMax - this.#heldBytes)
    } catch (error) {
      if (!(error instanceof TooManyBytesError)) throw error
      throw new ImageError('too-large', `${descriptor.digest}: more than ${this.#bytesMax} bytes for memory`)
    }
  }

  async tag(reference: Reference, descriptor: Descriptor, manifest: Uint8Array, job: Job): Promise<void> {
    await this.write(descriptor, async (offset) => byteStream(manifest.subarray(offset)), job)
    const missing = await this.#firstMissing(descriptor, manifest, job)
    if (missing !== undefined) {
      throw new StoreError(
        'incomplete',
        `${descriptor.digest} cannot be listed: ${missing}, which it needs, is not there`,
      )
    }
    this.#entries = [...this.#entries.filter((entry) => !isNamed(entry, reference)), namedEntry(reference, descriptor)]
  }

  async referrers(subject: Descriptor, _job: Job): Promise<readonly Descriptor[]> {
    return [...this.#manifests.values()].flatMap((descriptor) => {
      const bytes = this.#blobs.get(descriptor.digest)
      const document = bytes === undefined ? undefined : parse(bytes, descriptor, defaultLimits)
      return document?.subject?.digest === subject.digest ? [referrerOf(descriptor, document)] : []
    })
  }

  /** Something that a manifest needs and that is not there. */
  async #firstMissing(descriptor: Descriptor, bytes: Uint8Array, job: Job): Promise<Digest | undefined> {
    for (const child of childrenOf(parse(bytes, descriptor, job.limits))) {
      if (!(await this.has(child, job)) && !isNonDistributable(child.mediaType)) return child.digest
    }
    return undefined
  }
}

function parse(bytes: Uint8Array, descriptor: Descriptor, limits: Limits): ManifestDocument {
  return parseManifest(bytes, descriptor.mediaType, `manifest ${descriptor.digest}`, limits)
}

async function* cancellable(stream: ByteStream, job: Job): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    job.signal.throwIfAborted()
    yield chunk
  }
}
