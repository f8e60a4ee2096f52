import type { IncomingHttpHeaders } from 'node:http'

/** The seconds form and the date form of Retry-After (RFC 9110, section 10.2.3), as a wait from `nowMs` on. */
export function retryAfterMs(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  const text = value.trim()
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  // Every date form of HTTP begins with the day's name; Date.parse alone would also take "-1" for a year.
  if (!/^(?:mon|tue|wed|thu|fri|sat|sun)/i.test(text)) return undefined
  const date = Date.parse(text)
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs)
}

/** Which bytes of a whole an answer holds. */
export interface ContentRange {
  readonly first: number
  readonly last: number
  /** The whole length, where the server knows it. */
  readonly size: number | undefined
}

/** A satisfied Content-Range of an answer (RFC 9110, section 14.4). */
export function parseContentRange(value: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(value?.trim() ?? '')
  if (match === null) return undefined
  const [first, last] = [Number(match[1]), Number(match[2])]
  if (last < first) return undefined
  return { first, last, size: match[3] === '*' ? undefined : Number(match[3]) }
}

/** The target of `rel="next"` in a Link header (RFC 8288), as it is written there. */
export function nextLink(value: string | undefined): string | undefined {
  if (value === undefined) return undefined
  for (const match of value.matchAll(/<([^<>]*)>((?:\s*;\s*[\w!#$&+.^`|~*-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)/g)) {
    if (/;\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next(?=\s*(?:;|$)))/i.test(match[2] ?? '')) return match[1]
  }
  return undefined
}

/** A media type without its parameters, in lower case. */
export function mediaTypeOf(headers: IncomingHttpHeaders): string | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
  return type === '' ? undefined : type
}

/** Content-Length as a number that can be counted with. */
export function contentLength(headers: IncomingHttpHeaders): number | undefined {
  const text = headers['content-length']
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}

/** A header that HTTP lets appear once, although Node's types allow for more. */
export function singleHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}
