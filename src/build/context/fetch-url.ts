import { createReadStream } from 'node:fs'
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { object, optional, parse, string, type InferOutput } from 'valibot'
import type { FileTime } from '../../archive/tar-entry.ts'
import { streamBody, discardBody } from '../../http/body.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import { contentLength, singleHeader } from '../../http/headers.ts'
import { TransportError } from '../../http/transport-error.ts'
import { digestSchema } from '../../image/descriptor.ts'
import { digestAlgorithm, digestHex, digestOf, DigestHasher, type Digest } from '../../image/digest.ts'
import type { ByteStream } from '../../std/bytes.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { BuildError } from '../errors.ts'
import { withoutPassword } from './git-url.ts'
import type { HttpClient } from './http-client.ts'
import type { SingleFile } from './small-tree.ts'

/** How a URL is fetched. */
export interface FetchOptions {
  readonly client: HttpClient
  /** Where answers are kept: one that the server says has not changed is not fetched again, nor one of a known checksum. */
  readonly directory: string
  readonly checksum: Digest | undefined
}

/** What is kept of an answer beside its body. */
const answerSchema = object({
  digest: digestSchema,
  etag: optional(string()),
  lastModified: optional(string()),
})

type KeptAnswer = InferOutput<typeof answerSchema>

/**
 * Fetches the file of a URL, as ADD has it: mode 0600, the time of Last-Modified or else 1970, and the name at the end of the path.
 *
 * @throws BuildError `fetch-failed`, `checksum-mismatch`
 */
export async function fetchUrl(url: URL, { client, directory, checksum }: FetchOptions, job: Job): Promise<SingleFile> {
  const folder = join(directory, 'urls')
  await makeDirectory(folder, 0o700)
  const answerFile = join(folder, `${digestHex(digestOf(Buffer.from(url.href))).slice(0, 32)}.json`)
  const kept = await readAnswer(answerFile, folder, checksum)
  if (checksum !== undefined && kept?.digest === checksum) return toFile(url, kept, folder)
  const headers: Record<string, string> = {}
  if (kept?.etag !== undefined) headers['if-none-match'] = kept.etag
  else if (kept?.lastModified !== undefined) headers['if-modified-since'] = kept.lastModified
  const shown = withoutPassword(url.href)
  const id = `url ${shown}`
  job.emit({ type: 'task-started', id, title: `Fetching ${shown}`, totalBytes: undefined })
  try {
    const answer = await client.get(url, headers, job)
    if (answer.status === 304 && kept !== undefined) {
      discardBody(answer)
      checkChecksum(url, kept.digest, checksum)
      job.emit({ type: 'task-done', id, outcome: 'not changed' })
      return await toFile(url, kept, folder)
    }
    const fetched = await keepAnswer(answer, { url, folder, checksum, answerFile, id }, job)
    job.emit({ type: 'task-done', id, outcome: 'downloaded' })
    return await toFile(url, fetched, folder)
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: errorMessage(error) })
    throw error
  }
}

/** Undefined where nothing is kept, its body is not there any more, or the checksum is of another kind. */
async function readAnswer(file: string, folder: string, checksum: Digest | undefined): Promise<KeptAnswer | undefined> {
  try {
    const kept = parse(answerSchema, JSON.parse(await readFile(file, 'utf8')))
    await stat(bodyPath(folder, kept.digest))
    const isSameKind = checksum === undefined || digestAlgorithm(checksum) === digestAlgorithm(kept.digest)
    return isSameKind ? kept : undefined
  } catch {
    return undefined
  }
}

interface Keeping {
  readonly url: URL
  readonly folder: string
  readonly checksum: Digest | undefined
  readonly answerFile: string
  readonly id: string
}

async function keepAnswer(answer: HttpAnswer, keeping: Keeping, job: Job): Promise<KeptAnswer> {
  const { url, folder, checksum, answerFile } = keeping
  const temporary = join(folder, `.${cryptoModule().randomUUID()}`)
  try {
    const digest = await writeBody(answer, temporary, keeping, job)
    checkChecksum(url, digest, checksum)
    await rename(temporary, bodyPath(folder, digest))
    const kept = {
      digest,
      etag: singleHeader(answer.headers, 'etag'),
      lastModified: singleHeader(answer.headers, 'last-modified'),
    }
    await writeFile(temporary, JSON.stringify(kept), { mode: 0o600 })
    await rename(temporary, answerFile)
    return kept
  } finally {
    await rm(temporary, { force: true })
  }
}

const progressBytes = 4 * 1024 * 1024

async function writeBody(answer: HttpAnswer, path: string, { url, checksum, id }: Keeping, job: Job): Promise<Digest> {
  const hasher = new DigestHasher(checksum === undefined ? 'sha256' : digestAlgorithm(checksum))
  const shown = withoutPassword(url.href)
  await using file = await open(path, 'wx', 0o600)
  let reportedBytes = 0
  try {
    for await (const chunk of streamBody(answer, job.signal)) {
      hasher.update(chunk)
      for (let done = 0; done < chunk.length;) done += (await file.write(chunk, done)).bytesWritten
      if (hasher.sizeBytes > job.limits.layerBytesMax) throw new BuildError('fetch-failed', `${shown}: it is too large`)
      if (hasher.sizeBytes - reportedBytes < progressBytes) continue
      reportedBytes = hasher.sizeBytes
      job.emit({ type: 'task-progress', id, bytes: reportedBytes })
    }
  } catch (error) {
    if (!(error instanceof TransportError)) throw error
    throw new BuildError('fetch-failed', `${shown}: ${error.message}`, { cause: error })
  }
  const expected = contentLength(answer.headers)
  if (expected !== undefined && expected !== hasher.sizeBytes) {
    throw new BuildError('fetch-failed', `${shown}: ${hasher.sizeBytes} bytes came, and not ${expected}`)
  }
  return hasher.digest()
}

function checkChecksum(url: URL, digest: Digest, checksum: Digest | undefined): void {
  if (checksum === undefined || digest === checksum) return
  throw new BuildError(
    'checksum-mismatch',
    `${withoutPassword(url.href)} has the checksum ${digest}, and not ${checksum}`,
    {
      hint: 'Either what lies there was changed, or --checksum is of something else.',
    },
  )
}

function bodyPath(folder: string, digest: Digest): string {
  return join(folder, digest.replace(':', '-'))
}

async function toFile(url: URL, { digest, lastModified }: KeptAnswer, folder: string): Promise<SingleFile> {
  const path = bodyPath(folder, digest)
  const { size } = await stat(path)
  return {
    name: fileName(url),
    mode: 0o600,
    sizeBytes: size,
    modified: toFileTime(lastModified),
    digest,
    open: (job) => checkedBody(path, digest, job),
  }
}

/** What is kept may have been damaged meanwhile. */
async function* checkedBody(path: string, digest: Digest, job: Job): ByteStream {
  const hasher = new DigestHasher(digestAlgorithm(digest))
  const stream: AsyncIterable<Uint8Array> = createReadStream(path, { highWaterMark: 256 * 1024, signal: job.signal })
  for await (const chunk of stream) {
    hasher.update(chunk)
    yield chunk
  }
  if (hasher.digest() === digest) return
  await rm(path, { force: true })
  throw new BuildError('build-cache-unusable', `a file that was fetched before is damaged: ${digest}`, {
    hint: 'It was thrown away. Run the build again to fetch it anew.',
  })
}

/** The end of the path; BuildKit's own name where there is none. */
function fileName(url: URL): string {
  const name = posix.basename(safeDecode(url.pathname))
  return name === '' || name === '.' || name === '..' ? '__unnamed__' : name
}

function safeDecode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function toFileTime(text: string | undefined): FileTime {
  const milliseconds = text === undefined ? Number.NaN : Date.parse(text)
  return { seconds: Number.isNaN(milliseconds) ? 0 : Math.floor(milliseconds / 1000), nanoseconds: 0 }
}
