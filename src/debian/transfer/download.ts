import { createBackoff } from '../../http/backoff.ts'
import { discardBody, streamBody } from '../../http/body.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import { contentLength, parseContentRange } from '../../http/headers.ts'
import { TransportError } from '../../http/transport-error.ts'
import type { ByteStream } from '../../std/bytes.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { DebianError } from '../errors.ts'
import type { MirrorClient } from './mirror-client.ts'
import { shownUrl, unreachable } from './mirror-errors.ts'

/** A part of a file on its way: what the mirror sends begins `skipBytes` before what is still wanted. */
interface Part {
  readonly answer: HttpAnswer
  readonly skipBytes: number
}

/**
 * The bytes of a file of known size, from an offset on. A connection that breaks is made again for the rest, as long as each
 * one brings some bytes; a mirror that cannot serve a rest sends all, and what is known already is dropped.
 *
 * @throws DebianError as {@link MirrorClient.get}; `mirror-bad-answer` for another size.
 */
export async function openDownload(
  client: MirrorClient,
  url: URL,
  sizeBytes: number,
  offsetBytes: number,
  job: Job,
): Promise<ByteStream> {
  return resumed(client, url, sizeBytes, offsetBytes, await requestPart(client, url, sizeBytes, offsetBytes, job), job)
}

async function* resumed(
  client: MirrorClient,
  url: URL,
  sizeBytes: number,
  offsetBytes: number,
  first: Part,
  job: Job,
): AsyncGenerator<Uint8Array> {
  const backoff = createBackoff(client.retry)
  let position = offsetBytes
  for (let part = first; ; part = await requestPart(client, url, sizeBytes, position, job)) {
    let failure = new TransportError('lost', 'the connection ended early')
    try {
      for await (const chunk of partBytes(part, job)) {
        backoff.reset()
        position += chunk.length
        if (position > sizeBytes) throw wrongSize(url, sizeBytes, 'more came')
        yield chunk
      }
    } catch (error) {
      if (!(error instanceof TransportError)) throw error
      failure = error
    }
    if (position === sizeBytes) return
    const what = `${url.host}: ${errorMessage(failure)} after ${position} bytes`
    if (!(await backoff.wait(what, undefined, job))) throw unreachable(failure, url)
  }
}

async function* partBytes(part: Part, job: Job): AsyncGenerator<Uint8Array> {
  let skip = part.skipBytes
  for await (const chunk of streamBody(part.answer, job.signal)) {
    if (skip === 0) yield chunk
    else if (skip >= chunk.length) skip -= chunk.length
    else {
      yield chunk.subarray(skip)
      skip = 0
    }
  }
}

/** A mirror that refuses a range (416), as some do for any range, is asked for all. */
async function requestPart(
  client: MirrorClient,
  url: URL,
  sizeBytes: number,
  offsetBytes: number,
  job: Job,
): Promise<Part> {
  const range = { headers: { range: `bytes=${offsetBytes}-` }, expect: [206, 416] }
  let answer = await client.get({ url, ...(offsetBytes === 0 ? {} : range) }, job)
  if (answer.status === 416) {
    discardBody(answer)
    answer = await client.get({ url }, job)
  }
  try {
    return { answer, skipBytes: skipBytesOf(answer, url, sizeBytes, offsetBytes) }
  } catch (error) {
    answer.body.destroy()
    throw error
  }
}

/** How far before the wanted offset the answer begins. The hash of the whole is checked in the end, so no If-Range is sent. */
function skipBytesOf(answer: HttpAnswer, url: URL, sizeBytes: number, offsetBytes: number): number {
  const encoding = answer.headers['content-encoding']
  if (encoding !== undefined && encoding !== 'identity') {
    throw badAnswer(url, `it came encoded as ${JSON.stringify(encoding)}`)
  }
  if (answer.status === 200) {
    const length = contentLength(answer.headers)
    if (length === undefined || length === sizeBytes) return offsetBytes
    throw wrongSize(url, sizeBytes, `the mirror offers ${length}`)
  }
  const range = parseContentRange(answer.headers['content-range'])
  if (range === undefined || range.first > offsetBytes) throw badAnswer(url, 'it is not the part that was asked for')
  if (range.size !== undefined && range.size !== sizeBytes) {
    throw wrongSize(url, sizeBytes, `the mirror offers ${range.size}`)
  }
  return offsetBytes - range.first
}

function wrongSize(url: URL, sizeBytes: number, what: string): DebianError {
  return badAnswer(url, `it should have ${sizeBytes} bytes, but ${what}`)
}

function badAnswer(url: URL, why: string): DebianError {
  return new DebianError('mirror-bad-answer', `${shownUrl(url)}: ${why}`, {
    hint: 'The mirror may be being changed just now, or is damaged. Try again later, or another mirror.',
  })
}
