import { array, looseObject, optional, safeParse, string } from 'valibot'
import { ImageError } from '../../image/errors.ts'
import { readBody } from '../../http/body.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import { httpModule } from '../../std/node-modules.ts'
import { parseChallenges } from '../auth/challenge.ts'
import { RegistryError, type RegistryErrorCode, type RegistryErrorPlace } from '../errors.ts'

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

/** Token services have forms of their own: Docker Hub's, and OAuth 2's (RFC 6749, section 5.2). */
const otherBodySchema = looseObject({
  details: optional(string()),
  message: optional(string()),
  error: optional(string()),
  error_description: optional(string()),
})

/** What an error says of the request besides the answer itself. */
export interface AnswerContext {
  readonly place: RegistryErrorPlace
  /** In words what was asked for: `tag 1.2`, `list of tags`. */
  readonly asked: string
  /** Whether the registry was told who asks. */
  readonly hasCredential: boolean
  /** Takes secrets out that the registry sent back. */
  readonly redact: (text: string) => string
}

/** What an answer that nobody wanted means. */
export async function answerError(
  answer: HttpAnswer,
  context: AnswerContext,
  signal: AbortSignal,
): Promise<RegistryError | ImageError> {
  const problems = await readProblems(answer, signal)
  const texts = problems.map(({ code, message }) => [code, message].filter((text) => text !== '').join(': '))
  const said = context.redact(texts.join('; '))
  const { registry, repository, request } = context.place
  const status = `${answer.status} ${httpModule().STATUS_CODES[answer.status] ?? ''}`.trim()
  const where = repository === undefined ? registry : `${registry}/${repository}`
  const detail = `${request} answered ${status}${said === '' ? '' : `: ${said}`}`
  if (answer.status === 404) {
    const isRepositoryUnknown = problems.some((problem) => problem.code === 'NAME_UNKNOWN')
    const what = isRepositoryUnknown ? `there is no repository ${where}` : `${where} has no ${context.asked}`
    return new ImageError('not-found', `${what} (${detail})`, { hint: 'Check the name for typing errors.' })
  }
  const { code, words, hint } =
    answer.status === 401 ? meaningOf401(answer, context) : meaningOf(answer.status, registry)
  const place = { ...context.place, status: answer.status }
  return new RegistryError(code, `${where}: ${words} (${detail})`, place, { hint })
}

interface Meaning {
  readonly code: RegistryErrorCode
  readonly words: string
  readonly hint: string | undefined
}

function meaningOf401(answer: HttpAnswer, { hasCredential, place }: AnswerContext): Meaning {
  const login = `wherry login ${place.registry}`
  if (!hasCredential) {
    const hint = `Log in with "${login}". Registries answer the same for repositories that do not exist.`
    return { code: 'unauthorized', words: 'the registry wants to know who asks', hint }
  }
  const challenges = parseChallenges(answer.headers['www-authenticate'] ?? '')
  const isScopeTooSmall = challenges.some((one) => one.parameters.get('error') === 'insufficient_scope')
  if (isScopeTooSmall) return meaningOf(403, place.registry)
  const hint = `Log in again with "${login}".`
  return { code: 'unauthorized', words: 'the registry does not take the credentials that it was given', hint }
}

function meaningOf(status: number, registry: string): Meaning {
  const login = `wherry login ${registry}`
  switch (status) {
    case 403:
      return {
        code: 'denied',
        words: 'the registry does not allow this',
        hint: `Ask who runs ${registry} for access, or log in as somebody else with "${login}".`,
      }
    case 405:
      return { code: 'unsupported', words: 'the registry does not offer this', hint: undefined }
    case 429:
      return {
        code: 'rate-limited',
        words: 'the registry was asked too often',
        hint: `Wait, or log in for a higher limit: "${login}".`,
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
  if (body.success) {
    return body.output.errors.map(({ code, message }) => ({ code: oneLine(code), message: oneLine(message) }))
  }
  const other = safeParse(otherBodySchema, value)
  if (!other.success) return []
  const { error = '', error_description: description, details, message } = other.output
  const said = description ?? details ?? message ?? ''
  return error === '' && said === '' ? [] : [{ code: oneLine(error), message: oneLine(said) }]
}

/** Nothing from outside moves the reader's cursor or fills the screen. */
function oneLine(text: string): string {
  const clean = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
  return clean.length > messageLengthMax ? `${clean.slice(0, messageLengthMax)}…` : clean
}
