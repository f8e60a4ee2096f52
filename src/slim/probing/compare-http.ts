import { printable } from '../../std/printable.ts'
import type { ProbeAnswer } from '../probe.ts'
import { compareJson, type Json } from './compare-json.ts'
import { compareLength, compareText } from './compare-text.ts'
import { unfinished } from './unfinished.ts'
import { allOf, nothingDifferent, type Comparison } from './comparison.ts'

type HttpAnswer = Extract<ProbeAnswer, { kind: 'http' }>

/** Of what the body is compared for already, and of the moment. */
const ignoredHeaders: ReadonlySet<string> = new Set(['date', 'content-length', 'age'])
/** There must be one; what it says comes from times of files, or is drawn at random. */
const opaqueHeaders =
  /^(?:etag|last-modified|expires|server-timing|x-(?:runtime|response-time)|(?:x-)?(?:request|trace|correlation)-?id|traceparent)$/

/** Compares answers over HTTP with the same status. */
export function compareHttp(befores: readonly HttpAnswer[], after: HttpAnswer): Comparison {
  return allOf([compareHeaders(befores, after), compareBodies(befores, after)])
}

function compareHeaders(befores: readonly HttpAnswer[], after: HttpAnswer): Comparison {
  const names = new Set([...befores, after].flatMap(({ headers }) => [...headers.keys()]))
  const compared = [...names].filter((name) => !ignoredHeaders.has(name))
  return allOf(compared.map((name) => compareHeader(name, befores, after)))
}

function compareHeader(name: string, befores: readonly HttpAnswer[], after: HttpAnswer): Comparison {
  const what = `header ${name}`
  const values = befores.map(({ headers }) => headers.get(name)).filter((value) => value !== undefined)
  const now = after.headers.get(name)
  const isSteady = values.length === 0 || values.length === befores.length
  if (now === undefined || values.length === 0) {
    if (!isSteady) return { differences: [], masks: [what] }
    return { differences: [{ what, before: values[0] ?? 'none', after: now ?? 'none' }], masks: [] }
  }
  if (opaqueHeaders.test(name)) return { differences: [], masks: [what] }
  if (name !== 'set-cookie') return compareText(what, values, now)
  const { differences } = compareText(what, values.map(cookieNames), cookieNames(now))
  return { differences, masks: [`${what}: values`] }
}

/** Cookies without what they hold: that is a secret, and drawn at random. */
function cookieNames(header: string): string {
  return header.replaceAll(/(^|, )([^=;,\s]+)=[^;]*/g, '$1$2=…').replaceAll(/expires=[^;]*/gi, 'expires=…')
}

function compareBodies(befores: readonly HttpAnswer[], after: HttpAnswer): Comparison {
  const what = 'body'
  if (befores.every(({ bodyDigest }) => bodyDigest === after.bodyDigest)) return nothingDifferent
  const ends = new Set(befores.map(hasEnded))
  if (!ends.has(hasEnded(after))) {
    const [before, now] = hasEnded(after) ? ['without end', 'with an end'] : ['with an end', 'without end']
    return { differences: [{ what, before, after: now }], masks: [] }
  }
  if (ends.size > 1) return { differences: [], masks: [what] }
  const emptied = befores.every(({ bodyBytes }) => bodyBytes > 0) && after.bodyBytes === 0
  if (emptied)
    return { differences: [{ what, before: `${befores[0]?.bodyBytes ?? 0} bytes`, after: 'empty' }], masks: [] }
  return compareContents(befores, after)
}

function compareContents(befores: readonly HttpAnswer[], after: HttpAnswer): Comparison {
  const documents = befores.map(jsonOf)
  const document = jsonOf(after)
  if (document !== undefined && documents.every((each) => each !== undefined)) return compareJson(documents, document)
  const texts = befores.map(textOf)
  const text = textOf(after)
  if (text === undefined || !texts.every((each) => each !== undefined)) return compareBinaries(befores, after)
  // Of what is longer than what is kept, where its kept part ends is where it changed length before.
  const isWhole = [...befores, after].every(isKept)
  if (isWhole) return compareText('body', texts, text)
  return isSteady(befores) ? digestsDiffer(befores, after) : compareText('body', texts.map(cutEnd), cutEnd(text))
}

function compareBinaries(befores: readonly HttpAnswer[], after: HttpAnswer): Comparison {
  return isSteady(befores)
    ? digestsDiffer(befores, after)
    : compareLength(
        'body',
        befores.map(({ body }) => body),
        after.body,
      )
}

function digestsDiffer([before]: readonly HttpAnswer[], after: HttpAnswer): Comparison {
  const words = ({ bodyBytes, bodyDigest }: HttpAnswer): string => `${bodyBytes} bytes, ${bodyDigest}`
  return {
    differences: [{ what: 'body', before: before === undefined ? '' : words(before), after: words(after) }],
    masks: [],
  }
}

function isSteady([first, ...others]: readonly HttpAnswer[]): boolean {
  return others.every(({ bodyDigest }) => bodyDigest === first?.bodyDigest)
}

function hasEnded({ bodyDigest }: HttpAnswer): boolean {
  return bodyDigest !== unfinished
}

function isKept({ body, bodyBytes }: HttpAnswer): boolean {
  return body.length === bodyBytes
}

function cutEnd(text: string): string {
  return text.slice(0, Math.max(0, text.length - 1024))
}

function textOf({ body, headers }: HttpAnswer): string | undefined {
  if (body.includes(0)) return undefined
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    // Cut in a character, or in another encoding.
    return headers.get('content-type')?.startsWith('text/') === true ? Buffer.from(body).toString('latin1') : undefined
  }
}

function jsonOf(answer: HttpAnswer): Json | undefined {
  if (!isKept(answer)) return undefined
  const text = Buffer.from(answer.body).toString()
  // A number or a word by itself is a text like others.
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

/** The beginning of what an answer says, for a person. */
export function answerText(answer: HttpAnswer): string {
  const line = (textOf(answer) ?? '').trim().split('\n')[0] ?? ''
  return line === '' ? String(answer.status) : `${answer.status}: ${printable(line.slice(0, 120))}`
}
