import { SlimError } from '../errors.ts'
import { sourceExcerpt } from '../../std/source-excerpt.ts'
import { nearest } from '../../std/nearest.ts'
import type { HttpProbe } from './http-exchange.ts'

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const usage =
  'Write METHOD PATH, then -H headers and a body where needed: POST :8080/users -H "accept: text/html" {"name":"a"}'

/**
 * Reads a request as it is written on a line: `GET /users?id=1`, `:8080/`, `http://localhost:8080/x`,
 * `POST /users -H "x-key: 1" {"name":"a"}`. GET need not be said. What a body is, is seen from it where no header says so.
 *
 * @param from the option or the file's place, for messages
 * @throws SlimError `bad-probe` with a caret at what is wrong
 */
export function parseRequest(text: string, from: string): HttpProbe {
  const reader = new LineReader(text, from)
  const method = readMethod(reader)
  const { port, path } = readTarget(reader)
  const headers = readHeaders(reader)
  const rest = reader.rest()
  return httpProbe({ method, path, port }, headers, rest === '' ? undefined : rest)
}

/** A request with a body whose type is told, unless the headers tell it. */
export function httpProbe(
  request: Pick<HttpProbe, 'method' | 'path' | 'port'>,
  headers: ReadonlyMap<string, string>,
  body: string | undefined,
): HttpProbe {
  if (body === undefined) return { kind: 'http', ...request, headers, body: undefined }
  const type = headers.has('content-type') ? [] : [['content-type', bodyType(body)] as const]
  return { kind: 'http', ...request, headers: new Map([...headers, ...type]), body: Buffer.from(body) }
}

function bodyType(body: string): string {
  if (isJson(body)) return 'application/json'
  return /^[\w.%+[\]-]+=\S*$/.test(body) ? 'application/x-www-form-urlencoded' : 'text/plain; charset=utf-8'
}

function isJson(body: string): boolean {
  try {
    JSON.parse(body)
    return true
  } catch {
    return false
  }
}

function readMethod(reader: LineReader): string {
  const word = reader.peek(/^[^\s/:]+(?=\s|$)/)
  if (word === undefined) return 'GET'
  const method = word.toUpperCase()
  if (!methods.some((each) => each === method)) {
    const meant = nearest(method, methods)
    reader.fail(word.length, 'is no method', meant === undefined ? usage : `Did you mean ${meant}?`)
  }
  reader.skip(word.length)
  return method
}

function readTarget(reader: LineReader): { readonly port: number | undefined; readonly path: string } {
  const word = reader.peek(/^\S+/)
  if (word === undefined) return reader.fail(1, 'a path is missing', usage)
  const match = /^(?:https?:\/\/([^/:]+))?(?::(\d+))?(\/[^#]*)?/.exec(word)
  const [whole = '', host, port, path] = match ?? []
  if (whole === '' || whole.length < word.replace(/#.*/, '').length) {
    return reader.fail(word.length, 'is no path: it begins with / or with a port', usage)
  }
  if (host !== undefined && !/^(?:localhost|127\.0\.0\.1|0\.0\.0\.0)$/.test(host)) {
    return reader.fail(word.length, 'is another server: only the app is asked', 'Write localhost, or the path alone.')
  }
  const number = port === undefined ? undefined : Number(port)
  if (number !== undefined && (number < 1 || number > 65_535)) return reader.fail(word.length, 'is no port', usage)
  reader.skip(word.length)
  return { port: number, path: pathOf(path ?? '/') }
}

/** With what may not stand in a request line percent-encoded. */
function pathOf(path: string): string {
  const url = new URL(`http://localhost${path}`)
  return `${url.pathname}${url.search}`
}

function readHeaders(reader: LineReader): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (;;) {
    const flag = reader.peek(/^(?:-H|--header)(?:\s+|=)/)
    if (flag === undefined) return headers
    reader.skip(flag.length)
    const written = reader.peek(/^(?:"[^"]*"|'[^']*'|\S+)/) ?? ''
    const header = /^["']/.test(written) ? written.slice(1, -1) : written
    const match = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(header)
    if (match === null) return reader.fail(Math.max(1, written.length), 'is no header', 'Write -H "name: value".')
    headers.set((match[1] ?? '').toLowerCase(), match[2] ?? '')
    reader.skip(written.length)
  }
}

/** A line that is read from its beginning, and knows where it is. */
class LineReader {
  readonly #text: string
  readonly #from: string
  #at = 0

  constructor(text: string, from: string) {
    this.#text = text
    this.#from = from
    this.skip(0)
  }

  peek(pattern: RegExp): string | undefined {
    return pattern.exec(this.rest())?.[0]
  }

  /** With the spaces behind. */
  skip(length: number): void {
    this.#at += length
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at += 1
  }

  rest(): string {
    return this.#text.slice(this.#at)
  }

  fail(length: number, message: string, hint: string): never {
    throw probeProblem(this.#from, this.#text, { message, hint, start: this.#at, end: this.#at + length })
  }
}

/** Something wrong in what the user wrote, with its place. */
export function probeProblem(
  from: string,
  text: string,
  { message, hint, start, end }: { message: string; hint?: string | undefined; start: number; end: number },
): SlimError {
  const excerpt = sourceExcerpt(text, Math.min(start, text.length), Math.min(end, text.length))
  return new SlimError('bad-probe', `${from}: ${message}\n${excerpt}`, { hint })
}
