import { errorMessage } from '../../std/errors.ts'
import { readAll, TooManyBytesError, type ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { OpenContent } from '../../image/content.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import { ImageError } from '../../image/errors.ts'
import { ContentCheck } from '../../image/verify.ts'
import { RegistryError } from '../errors.ts'
import { createBackoff } from '../../http/backoff.ts'
import { discardBody } from '../../http/body.ts'
import { uploadedBytes } from './upload-range.ts'
import { errorOf } from './endpoint.ts'
import { contentName, type RepositoryEndpoint } from './repository-endpoint.ts'
import { SendCheck } from './send-check.ts'
import {
  abandonUpload,
  beginUpload,
  finishUpload,
  interruptedStatuses,
  nextLocation,
  sendPatch,
  uploadRequest,
  uploadStatus,
  type UploadStatus,
} from './upload-requests.ts'

/**
 * A blob up to this size is checked in memory and sent with the request that ends the upload: two round trips instead of
 * three. A larger one is streamed in one PATCH, which a registry lets us take up again where it broke.
 */
const monolithicBytesMax = 1024 * 1024

/**
 * Writes a blob: distribution-spec, "Pushing Blobs". As everything goes in one PATCH that ends with the blob, a
 * registry's OCI-Chunk-Min-Length is kept whatever it is.
 *
 * @param begun where the registry has begun an upload already, as it does for a mount that it cannot make.
 * @throws ImageError `digest-mismatch`, `size-mismatch`; RegistryError; what `open` throws.
 */
export async function uploadBlob(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  open: OpenContent,
  begun: URL | undefined,
  job: Job,
): Promise<void> {
  if (descriptor.size <= monolithicBytesMax) return uploadAtOnce(at, descriptor, open, begun, job)
  return uploadStream(at, descriptor, open, begun, job)
}

async function uploadAtOnce(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  open: OpenContent,
  begun: URL | undefined,
  job: Job,
): Promise<void> {
  const backoff = createBackoff(at.endpoint.retry)
  const bytes = await readChecked(descriptor, await open(0))
  let location = begun
  for (;;) {
    location ??= await beginUpload(at, descriptor, job)
    try {
      return await finishUpload(at, descriptor, location, bytes, job)
    } catch (error) {
      await abandonUpload(at, descriptor, location, job)
      const canPass = error instanceof RegistryError && isPassing(error)
      if (!canPass || !(await backoff.wait(error.message, error.place.retryAfterMs, job))) throw error
      location = undefined
    }
  }
}

function isPassing({ code }: RegistryError): boolean {
  return code === 'unreachable' || code === 'server-error' || code === 'rate-limited' || code === 'lost-upload'
}

async function readChecked(descriptor: Descriptor, stream: ByteStream): Promise<Uint8Array> {
  const check = new ContentCheck(descriptor)
  try {
    const bytes = await readAll(stream, descriptor.size)
    check.update(bytes)
    check.finish()
    return bytes
  } catch (error) {
    if (!(error instanceof TooManyBytesError)) throw error
    const message = `content of ${descriptor.digest} should have ${descriptor.size} bytes, but more than that came`
    throw new ImageError('size-mismatch', message, { cause: error })
  }
}

async function uploadStream(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  open: OpenContent,
  begun: URL | undefined,
  job: Job,
): Promise<void> {
  const backoff = createBackoff(at.endpoint.retry)
  const check = new SendCheck(descriptor)
  let status: UploadStatus = { location: begun ?? (await beginUpload(at, descriptor, job)), offsetBytes: 0 }
  let furthestBytes = 0
  try {
    for (;;) {
      const end = await sendAndFinish(at, descriptor, open, status, check, job)
      if (end === 'complete') return
      const { failure } = end
      const what = `${at.endpoint.registry}: ${contentName(descriptor)}: ${errorMessage(failure)}`
      const askedMs = failure instanceof RegistryError ? failure.place.retryAfterMs : undefined
      // The wait comes first: the registry, too, needs a moment to see that a connection is gone.
      if (!(await backoff.wait(what, askedMs, job))) throw failure
      const said = end.mustStartOver ? undefined : await uploadStatus(at, descriptor, status.location, job)
      // A registry cannot hold more than was sent.
      const known = said !== undefined && said.offsetBytes <= check.sizeBytes ? said : undefined
      if (known !== undefined && known.offsetBytes > furthestBytes) {
        furthestBytes = known.offsetBytes
        backoff.reset()
      }
      status = known ?? { location: await beginUpload(at, descriptor, job), offsetBytes: 0 }
    }
  } catch (error) {
    await abandonUpload(at, descriptor, status.location, job)
    throw error
  }
}

/** Why an upload did not get to its end. */
interface Interruption {
  readonly failure: Error
  /** The registry cannot go on with this upload, whatever it says of it. */
  readonly mustStartOver: boolean
}

async function sendAndFinish(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  open: OpenContent,
  status: UploadStatus,
  check: SendCheck,
  job: Job,
): Promise<'complete' | Interruption> {
  const sent = await sendRest(at, descriptor, open, status, check, job)
  if (!(sent instanceof URL)) return sent
  try {
    await finishUpload(at, descriptor, sent, undefined, job)
    return 'complete'
  } catch (error) {
    if (!(error instanceof RegistryError) || error.code !== 'lost-upload') throw error
    return { failure: error, mustStartOver: true }
  }
}

/** Sends what the registry does not hold yet. @returns where the upload is to be finished. */
async function sendRest(
  at: RepositoryEndpoint,
  descriptor: Descriptor,
  open: OpenContent,
  status: UploadStatus,
  check: SendCheck,
  job: Job,
): Promise<URL | Interruption> {
  const { location, offsetBytes } = status
  if (offsetBytes === descriptor.size) return location
  const stream = check.pass(await open(offsetBytes), offsetBytes)
  const expect = [200, 201, 202, 204, ...interruptedStatuses]
  const request = uploadRequest(at, descriptor, { method: 'PATCH', target: location, expect })
  try {
    const body = { sizeBytes: descriptor.size - offsetBytes, stream }
    const answer = await sendPatch(at, request, status, body, job)
    if (interruptedStatuses.includes(answer.status)) {
      const failure = await errorOf(at.endpoint, request, answer, job)
      return { failure, mustStartOver: answer.status === 404 }
    }
    discardBody(answer)
    const held = uploadedBytes(answer.headers['range'])
    if (offsetBytes > 0 && held !== undefined && held < descriptor.size) {
      const failure = new Error(`the registry holds ${held} of ${descriptor.size} bytes after it took the last`)
      return { failure, mustStartOver: true }
    }
    return nextLocation(at, request, answer) ?? location
  } catch (error) {
    // The content may come from a registry too, whose failures are not this one's.
    const isOurs = error instanceof RegistryError && error.code === 'unreachable' && error !== check.sourceError
    if (!isOurs) throw error
    return { failure: error, mustStartOver: false }
  }
}
