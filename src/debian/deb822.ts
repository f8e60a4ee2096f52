import type { Diagnostic } from '../dockerfile/diagnostic.ts'
import type { TextRange } from '../dockerfile/text-range.ts'
import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'
import { positionOf } from '../std/source-excerpt.ts'
import { LongStanzaError, splitStanzas } from './deb822/split-stanzas.ts'
import { DebianError } from './errors.ts'

/** One field of a stanza. */
export interface Deb822Field {
  /** As it is written. Names are compared without regard to case. */
  readonly name: string
  /**
   * The lines of the value, without the blanks around it and the comments within. Lines after the first keep the blank that
   * they begin with.
   */
  readonly value: string
  /** From the name to the end of the last line, in the text. */
  readonly range: TextRange
  /** Where each line of the value stands in the text. */
  readonly lines: readonly ValueLine[]
}

/** One line of a value: its offset in the value, and its offset in the text. */
export interface ValueLine {
  readonly valueOffset: number
  readonly textOffset: number
}

/** Fields that belong together (a paragraph, Debian Policy 5.1), by their names in lower case, in the order of the text. */
export interface Stanza {
  readonly fields: ReadonlyMap<string, Deb822Field>
  readonly range: TextRange
}

/** What reading finds wrong with a text. */
export type Deb822Problem =
  /** A line that is neither a field nor the continuation of one. */
  | 'no-field'
  /** A name with characters that have no place in one. */
  | 'bad-field-name'
  /** A continuation line with no field before it. */
  | 'stray-continuation'
  /** A field that its stanza has already. */
  | 'duplicate-field'

/** Stanzas, and what is wrong with the rest. */
export interface Deb822Document {
  readonly stanzas: readonly Stanza[]
  readonly problems: readonly (Diagnostic & { readonly code: Deb822Problem })[]
}

/** How a kind of file differs from others. */
export interface Deb822Options {
  /** Whether lines that begin with `#` are comments, as in apt's sources. In package indexes there are none. */
  readonly comments: boolean
}

/**
 * Reads a text of stanzas (Debian Policy 5.1, deb822(5)) as far as it can be read, in time proportional to its length. The
 * first of two fields of one name stays.
 */
export function parseDeb822(text: string, options: Deb822Options): Deb822Document {
  const reader = new StanzaReader(text)
  for (let start = 0; start < text.length;) {
    const lineFeed = text.indexOf('\n', start)
    const next = lineFeed === -1 ? text.length : lineFeed + 1
    let end = lineFeed === -1 ? text.length : lineFeed
    while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1
    if (end === start) reader.endStanza()
    else if (!options.comments || text[start] !== '#') reader.readLine(start, end)
    start = next
  }
  reader.endStanza()
  return { stanzas: reader.stanzas, problems: reader.problems }
}

const fieldNamePattern = /^[!"$-,./-9;-~][!-9;-~]*$/

class StanzaReader {
  readonly stanzas: Stanza[] = []
  readonly problems: (Diagnostic & { readonly code: Deb822Problem })[] = []
  readonly #text: string
  #fields = new Map<string, Deb822Field>()
  #field: { name: string; start: number; end: number; lines: TextRange[] } | undefined
  /** Whether the continuation lines that follow belong to a line that was refused. */
  #isSkipping = false

  constructor(text: string) {
    this.#text = text
  }

  /** A line that is not empty, without the blanks at its end. */
  readLine(start: number, end: number): void {
    if (isBlank(this.#text.charCodeAt(start))) {
      if (this.#field !== undefined) {
        this.#field.lines.push({ start, end })
        this.#field.end = end
      } else if (!this.#isSkipping) {
        this.#report('stray-continuation', 'this line continues nothing: only a field can be continued', start, end)
      }
      return
    }
    this.#endField()
    const colon = this.#text.slice(start, end).indexOf(':')
    this.#isSkipping = true
    if (colon === -1) return this.#report('no-field', "this line is no field: it has no ':'", start, end)
    const name = this.#text.slice(start, start + colon)
    if (!fieldNamePattern.test(name)) {
      return this.#report('bad-field-name', 'this is not the name of a field', start, start + colon)
    }
    let valueStart = start + colon + 1
    while (valueStart < end && isBlank(this.#text.charCodeAt(valueStart))) valueStart += 1
    this.#field = { name, start, end, lines: [{ start: valueStart, end }] }
  }

  #endField(): void {
    const field = this.#field
    this.#field = undefined
    this.#isSkipping = false
    if (field === undefined) return
    const { name, start, end } = field
    const key = name.toLowerCase()
    if (this.#fields.has(key)) {
      return this.#report('duplicate-field', `the field ${name} is here a second time`, start, start + name.length)
    }
    const lines: ValueLine[] = []
    let valueOffset = 0
    for (const line of field.lines) {
      lines.push({ valueOffset, textOffset: line.start })
      valueOffset += line.end - line.start + 1
    }
    const value = field.lines.map((line) => this.#text.slice(line.start, line.end)).join('\n')
    this.#fields.set(key, { name, value, range: { start, end }, lines })
  }

  endStanza(): void {
    this.#endField()
    const [first, ...others] = this.#fields.values()
    if (first === undefined) return
    const last = others.at(-1) ?? first
    this.stanzas.push({ fields: this.#fields, range: { start: first.range.start, end: last.range.end } })
    this.#fields = new Map()
  }

  #report(code: Deb822Problem, message: string, start: number, end: number): void {
    this.problems.push({ code, severity: 'error', message, range: { start, end } })
  }
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d
}

/**
 * The stanzas of a text that a program wrote, where anything wrong means that it is not what it is taken for.
 *
 * @param what names the text in the message: `the Release file of …`.
 * @param firstLine is the number of the text's first line in the file that it was taken from.
 * @throws DebianError `bad-control-data`
 */
export function readDeb822(text: string, what: string, firstLine = 1): readonly Stanza[] {
  const { stanzas, problems } = parseDeb822(text, { comments: false })
  const problem = problems[0]
  if (problem === undefined) return stanzas
  const line = positionOf(text, problem.range.start).line + firstLine - 1
  throw new DebianError('bad-control-data', `${what}, line ${line}: ${problem.message}`)
}

/** The value of a field, by its name in lower case; undefined where the stanza has no such field. */
export function fieldValue(stanza: Stanza, name: string): string | undefined {
  return stanza.fields.get(name)?.value
}

/** Where in the text a part of a field's value stands, for pointing at it. */
export function valueRange(field: Deb822Field, startOffset: number, endOffset: number): TextRange {
  const start = textOffset(field, startOffset)
  return { start, end: Math.max(start, endOffset > startOffset ? textOffset(field, endOffset - 1) + 1 : start) }
}

function textOffset(field: Deb822Field, valueOffset: number): number {
  const line = field.lines.findLast((one) => one.valueOffset <= valueOffset)
  return line === undefined ? field.range.start : line.textOffset + valueOffset - line.valueOffset
}

/** A stanza as it stands in a file: UTF-8, from its first line to the line break of its last one. */
export interface StanzaText {
  readonly text: string
  readonly offsetBytes: number
  /** The number of its first line, from 1. */
  readonly line: number
}

/**
 * The stanzas of a file of any length, one after the other, for {@link readDeb822}.
 *
 * @param what names the file in messages.
 * @throws DebianError `bad-control-data` for a stanza of more than `stanzaBytesMax` of the job's limits.
 */
export async function* streamStanzas(stream: ByteStream, what: string, job: Job): AsyncGenerator<StanzaText> {
  try {
    for await (const batch of splitStanzas(stream, job.limits.stanzaBytesMax)) {
      job.signal.throwIfAborted()
      for (const { bytes, offsetBytes, line } of batch) yield { text: bytes.toString('utf8'), offsetBytes, line }
    }
  } catch (error) {
    if (!(error instanceof LongStanzaError)) throw error
    throw new DebianError('bad-control-data', `${what}: ${error.message}`, { cause: error })
  }
}
