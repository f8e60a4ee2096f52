import { array, looseObject, optional, safeParse, string } from 'valibot'
import { ImageError } from '../../image/errors.ts'
import { readBody } from '../http/body.ts'
import type { HttpAnswer } from '../http/exchange.ts'
import { RegistryError, type RegistryErrorCode, type RegistryErrorPlace } from '../errors.ts'

const { STATUS_CODES } = process.getBuiltinModule('node:http')

const errorBodyBytesMax = 64 * 1024
const messageLengthMax = 300

/** One entry of distribution-spec's error body ("Error Codes"). */
export interface AnswerProblem {
  readonly code: string
  readonly message: string
}

const errorBodySchema = looseObject({
  errors: array(looseObject({ code: optional(string(), ''), message: optional(string(), '') })),
})

/**
 * What an answer that nobody wanted means.
 *
 * @param place with the request that was answered; `asked` says in words what was asked: `tag 1.2`, `the list of tags`.
 */
export async function answerError(
  answer: HttpAnswer,
  place: RegistryErrorPlace,
  asked: string,
  redact: (text: string) => string,
  signal: AbortSignal,
): Promise<RegistryError | ImageError> {
  const problems = await readProblems(answer, signal)
  const said = redact(problems.map((problem) => [problem.code, problem.message].filter(Boolean).join(': ')).join('; '))
  const status = `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim()
  const { registry, repository } = place
  const where = repository === undefined ? registry : `${registry}/${repository}`
  const detail = `${place.request} answered ${status}${said === '' ? '' : `: ${said}`}`
  if (answer.status === 404) {
    const codes = problems.map((problem) => problem.code)
    const what = codes.includes('NAME_UNKNOWN') ? `there is no repository ${where}` : `${where} has no ${asked}`
    return new ImageError('not-found', `${what} (${detail})`, { hint: 'Check the name for typing errors.' })
  }
  const { code, words, hint } = meaning(answer.status, registry)
  return new RegistryError(code, `${where}: ${words} (${detail})`, { ...place, status: answer.status }, { hint })
}

interface Meaning {
  readonly code: RegistryErrorCode
  readonly words: string
  readonly hint: string | undefined
}

function meaning(status: number, registry: string): Meaning {
  switch (status) {
    case 401:
      return {
        code: 'unauthorized',
        words: 'the registry wants other credentials than it was given',
        hint: `Run "wherry login ${registry}". A registry says this also for repositories that do not exist.`,
      }
    case 403:
      return {
        code: 'denied',
        words: 'the registry does not allow this',
        hint: `Ask who runs ${registry} for access, or log in as somebody else with "wherry login ${registry}".`,
      }
    case 405:
      return { code: 'unsupported', words: 'the registry does not offer this', hint: undefined }
    case 429:
      return {
        code: 'rate-limited',
        words: 'the registry was asked too often',
        hint: `Wait, or log in for a higher limit: "wherry login ${registry}".`,
      }
    default:
      if (status >= 500) return { code: 'server-error', words: 'the registry failed', hint: 'Try again later.' }
      if (status >= 400) return { code: 'refused', words: 'the registry refused this', hint: undefined }
      return { code: 'bad-answer', words: 'the registry answered what it must not', hint: undefined }
  }
}

async function readProblems(answer: HttpAnswer, signal: AbortSignal): Promise<readonly AnswerProblem[]> {
  try {
    const body = await readBody(answer, errorBodyBytesMax, signal)
    return parseProblems(new TextDecoder().decode(body))
  } catch {
    signal.throwIfAborted()
    return []
  }
}

/** The problems that an error body names; a first line of text that is no such body counts as a message. */
export function parseProblems(text: string): readonly AnswerProblem[] {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    const line = oneLine(text.trim().split('\n', 1)[0] ?? '')
    return line === '' || line.startsWith('<') ? [] : [{ code: '', message: line }]
  }
  const body = safeParse(errorBodySchema, value)
  if (!body.success) return []
  return body.output.errors.map(({ code, message }) => ({ code: oneLine(code), message: oneLine(message) }))
}

/** Nothing from outside moves the reader's cursor or fills the screen. */
function oneLine(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
  return clean.length > messageLengthMax ? `${clean.slice(0, messageLengthMax)}…` : clean
}
