import type { Job } from '../../std/job.ts'
import { TooManyBytesError } from '../../std/bytes.ts'
import { readBody } from '../../http/body.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import { nextLink, singleHeader } from '../../http/headers.ts'
import { badAnswer, send, type EndpointRequest } from './endpoint.ts'
import type { RepositoryEndpoint } from './repository-endpoint.ts'

/** More pages than this is a registry that leads in circles. */
const pagesMax = 10_000

export interface Page {
  readonly request: EndpointRequest
  readonly answer: HttpAnswer
  readonly body: Uint8Array
}

/**
 * The pages of a list, each asked for when the one before was taken: distribution-spec, "Listing Tags", by the Link
 * header. An answer whose status is not 200, but expected, is the last.
 *
 * @throws RegistryError `bad-answer` also for a page that is larger than `limits.answerBytesMax` and for endless lists.
 */
export async function* pages(at: RepositoryEndpoint, first: EndpointRequest, job: Job): AsyncGenerator<Page> {
  const seen = new Set<string>()
  let request = first
  for (;;) {
    const answer = await send(at.endpoint, request, job)
    const body = await readPage(at, request, answer, job)
    yield { request, answer, body }
    const link = nextLink(singleHeader(answer.headers, 'link'))
    if (link === undefined || answer.status !== 200) return
    if (!URL.canParse(link, answer.url)) throw badAnswer(at.endpoint, request, 'the Link header is no URL')
    const next = new URL(link, answer.url)
    if (seen.has(next.href) || seen.size === pagesMax) throw badAnswer(at.endpoint, request, 'the list has no end')
    seen.add(next.href)
    request = { ...first, target: next }
  }
}

async function readPage(
  at: RepositoryEndpoint,
  request: EndpointRequest,
  answer: HttpAnswer,
  job: Job,
): Promise<Uint8Array> {
  try {
    return await readBody(answer, job.limits.answerBytesMax, job.signal)
  } catch (error) {
    if (!(error instanceof TooManyBytesError)) throw error
    throw badAnswer(at.endpoint, request, `a page of the list is larger than ${job.limits.answerBytesMax} bytes`)
  }
}
