import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { object, optional, parse, string, type InferOutput } from 'valibot'
import type { FileTime } from '../../archive/tar-entry.ts'
import { streamBody, discardBody } from '../../http/body.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import { contentLength, singleHeader } from '../../http/headers.ts'
import { TransportError } from '../../http/transport-error.ts'
import { digestSchema } from '../../image/descriptor.ts'
import { digestAlgorithm, digestHex, digestOf, DigestHasher, type Digest } from '../../image/digest.ts'
import type { ByteStream } from '../../std/bytes.ts'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { makeDirectory } from '../../std/make-directory.ts'
import { cryptoModule } from '../../std/node-modules.ts'
import { putFile } from '../../std/put-file.ts'
import { BuildError } from '../errors.ts'
import { withoutPassword } from './git-url.ts'
import type { HttpClient } from './http-client.ts'
import type { SingleFile } from './small-tree.ts'

/** How a URL is fetched. */
export interface FetchOptions {
  readonly client: HttpClient
  /** The build cache, where answers are kept: one that the server says has not changed is not fetched again, nor one of a known checksum. */
  readonly cacheDirectory: string
  readonly checksum: Digest | undefined
}

/** A file that was fetched. It is held open until this is disposed of, so that nobody takes it away who empties the cache. */
export interface FetchedFile extends SingleFile, AsyncDisposable {}

/** What is kept of an answer beside its body. */
const answerSchema = object({
  digest: digestSchema,
  etag: optional(string()),
  lastModified: optional(string()),
})

type KeptAnswer = InferOutput<typeof answerSchema>

/** An answer, and its body open for reading. */
interface OpenAnswer {
  readonly answer: KeptAnswer
  readonly body: FileHandle
}

/**
 * Fetches the file of a URL, as ADD has it: mode 0600, the time of Last-Modified or else 1970, and the name at the end of the path.
 *
 * @throws BuildError `fetch-failed`, `checksum-mismatch`
 */
export async function fetchUrl(
  url: URL,
  { client, cacheDirectory, checksum }: FetchOptions,
  job: Job,
): Promise<FetchedFile> {
  await using held = new AsyncDisposableStack()
  const folder = join(cacheDirectory, 'fetched', 'urls')
  const answerFile = join(folder, `${digestHex(digestOf(Buffer.from(url.href))).slice(0, 32)}.json`)
  const kept = await openAnswer(answerFile, folder, checksum)
  if (kept !== undefined) held.use(kept.body)
  const keptFile = async (open: OpenAnswer): Promise<FetchedFile> => {
    const { size: sizeBytes } = await open.body.stat()
    return toFile(url, open, { folder, sizeBytes, held: held.move() })
  }
  if (checksum !== undefined && kept?.answer.digest === checksum) return await keptFile(kept)
  const headers: Record<string, string> = {}
  if (kept?.answer.etag !== undefined) headers['if-none-match'] = kept.answer.etag
  else if (kept?.answer.lastModified !== undefined) headers['if-modified-since'] = kept.answer.lastModified
  const shown = withoutPassword(url.href)
  const id = `url ${shown}`
  job.emit({ type: 'task-started', id, title: `Fetching ${shown}`, totalBytes: undefined })
  try {
    const answer = await client.get(url, headers, job)
    if (answer.status === 304 && kept !== undefined) {
      discardBody(answer)
      checkChecksum(url, kept.answer.digest, checksum)
      job.emit({ type: 'task-done', id, outcome: 'not changed' })
      return await keptFile(kept)
    }
    await makeDirectory(cacheDirectory, 0o700)
    const temporary = join(cacheDirectory, `fetching-${cryptoModule().randomUUID()}`)
    const body = held.use(await open(temporary, 'wx+', 0o600))
    held.defer(() => rm(temporary, { force: true }))
    const fetched = await receive(answer, body, { url, checksum, id }, job)
    await keepAnswer(fetched, temporary, answerFile)
    job.emit({ type: 'task-done', id, outcome: 'downloaded' })
    return await keptFile({ answer: fetched, body })
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: errorMessage(error) })
    throw error
  }
}

/** Undefined where nothing is kept, its body is not there any more, or the checksum is of another kind. */
async function openAnswer(file: string, folder: string, checksum: Digest | undefined): Promise<OpenAnswer | undefined> {
  try {
    const answer = parse(answerSchema, JSON.parse(await readFile(file, 'utf8')))
    const isSameKind = checksum === undefined || digestAlgorithm(checksum) === digestAlgorithm(answer.digest)
    return isSameKind ? { answer, body: await open(bodyPath(folder, answer.digest)) } : undefined
  } catch {
    return undefined
  }
}

/** What is asked for, and what the fetching of it is called. */
interface Asked {
  readonly url: URL
  readonly checksum: Digest | undefined
  readonly id: string
}

async function receive(answer: HttpAnswer, body: FileHandle, asked: Asked, job: Job): Promise<KeptAnswer> {
  const digest = await writeBody(answer, body, asked, job)
  checkChecksum(asked.url, digest, asked.checksum)
  const { headers } = answer
  return { digest, etag: singleHeader(headers, 'etag'), lastModified: singleHeader(headers, 'last-modified') }
}

/** The body comes first: an answer without one is none. Where somebody empties the cache meanwhile, nothing is kept. */
async function keepAnswer(answer: KeptAnswer, temporary: string, answerFile: string): Promise<void> {
  const folder = dirname(answerFile)
  try {
    await makeDirectory(folder, 0o700)
    await rename(temporary, bodyPath(folder, answer.digest))
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT') throw error
    return
  }
  await putFile(answerFile, (path) => writeFile(path, JSON.stringify(answer), { mode: 0o600 }))
}

const progressBytes = 4 * 1024 * 1024

async function writeBody(
  answer: HttpAnswer,
  file: FileHandle,
  { url, checksum, id }: Asked,
  job: Job,
): Promise<Digest> {
  const hasher = new DigestHasher(checksum === undefined ? 'sha256' : digestAlgorithm(checksum))
  const shown = withoutPassword(url.href)
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

/** @param held has the body, and is closed with the file. */
function toFile(
  url: URL,
  { answer: { digest, lastModified }, body }: OpenAnswer,
  {
    folder,
    sizeBytes,
    held,
  }: { readonly folder: string; readonly sizeBytes: number; readonly held: AsyncDisposableStack },
): FetchedFile {
  return {
    name: fileName(url),
    mode: 0o600,
    sizeBytes,
    modified: toFileTime(lastModified),
    digest,
    open: (job) => checkedBody(body, bodyPath(folder, digest), digest, job),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

const readBytes = 256 * 1024

/** What is kept may have been damaged meanwhile. */
async function* checkedBody(body: FileHandle, path: string, digest: Digest, job: Job): ByteStream {
  const hasher = new DigestHasher(digestAlgorithm(digest))
  for (;;) {
    job.signal.throwIfAborted()
    const { bytesRead, buffer } = await body.read(Buffer.allocUnsafeSlow(readBytes), 0, readBytes, hasher.sizeBytes)
    if (bytesRead === 0) break
    const chunk = buffer.subarray(0, bytesRead)
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
