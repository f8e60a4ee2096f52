import { defaultCheckOptions, parseCheckOptions, type CheckOptions } from '../check-options.ts'
import type { Directive, SyntaxReference } from '../document.ts'
import type { EscapeCharacter } from '../expand.ts'
import { sourceString, type SourceString } from '../source-string.ts'
import type { TextRange } from '../text-range.ts'
import { skipSpaces } from './characters.ts'
import { physicalLine, type PhysicalLine } from './physical-lines.ts'
import { problem, quote, type ReadingContext } from './report.ts'

/** `name = value` behind the mark of a comment. */
interface DirectiveText {
  readonly name: Directive['name']
  readonly value: SourceString
}

const directiveNames: readonly Directive['name'][] = ['syntax', 'escape', 'check']

/** Reads `mark name = value` from `start` on, with white space around each. Undefined for anything else. */
function readDirectiveText(text: string, start: number, end: number, mark: string): DirectiveText | undefined {
  if (!text.startsWith(mark, start)) return undefined
  const nameStart = skipSpaces(text, start + mark.length, end)
  const head = /([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=[\t\n\f\r ]*/y
  head.lastIndex = nameStart
  const match = head.exec(text.slice(0, end))
  const name = directiveNames.find((known) => known === match?.[1]?.toLowerCase())
  if (match === null || name === undefined) return undefined
  let valueStart = nameStart + match[0].length
  let valueEnd = end
  while (valueEnd > valueStart && '\t\n\f\r '.includes(text.charAt(valueEnd - 1))) valueEnd -= 1
  if (valueStart === valueEnd) {
    // Without any value, BuildKit takes the last blank behind the equals sign for one.
    if (match[0].endsWith('=')) return undefined
    valueStart -= 1
  }
  return { name, value: sourceString(text, valueStart, Math.max(valueEnd, valueStart + 1)) }
}

/** The directives at the beginning of a file, one line after the other. */
export interface DirectiveReader {
  /** The directive that a line is. Undefined for anything else, and from then on for every line. */
  read(line: PhysicalLine): Directive | undefined
  /** What was set, or the backslash. */
  readonly escape: EscapeCharacter
}

/** Directives are looked for until the first line that is none, whatever that is. */
export function createDirectiveReader(text: string, report: ReadingContext['report']): DirectiveReader {
  const seen = new Map<string, Directive>()
  let isDone = false
  let escape: EscapeCharacter = '\\'
  return {
    get escape() {
      return escape
    },
    read(line) {
      const found = isDone ? undefined : readDirectiveText(text, line.textStart, line.end, '#')
      isDone = found === undefined
      if (found === undefined) return undefined
      const range = { start: line.textStart, end: found.value.range.end }
      const directive: Directive = { kind: 'directive', ...found, range, lines: { start: line.start, end: line.next } }
      const first = seen.get(found.name)
      if (first !== undefined) {
        const duplicate = problem('duplicate-directive', 'error', range, `the directive ${found.name} stands twice`)
        report({ ...duplicate, related: [{ message: 'the first one', range: first.range }] })
        return directive
      }
      seen.set(found.name, directive)
      if (found.name === 'escape') escape = readEscape(found.value, report)
      return directive
    },
  }
}

function readEscape(value: SourceString, report: ReadingContext['report']): EscapeCharacter {
  if (value.value === '\\' || value.value === '`') return value.value
  const message = `the escape character is \\ or \`, not ${quote(value.value)}`
  report(problem('bad-escape', 'error', value.range, message))
  return '\\'
}

/** The options of the check directive, with what is wrong with them reported. */
export function readCheckOptions(text: string, report: ReadingContext['report']): CheckOptions {
  const value = findDirective(text, 'check', '#')
  if (value === undefined) return defaultCheckOptions
  const options = parseCheckOptions(value.value)
  if (!('problem' in options)) return options
  report(problem('bad-check-options', 'error', value.range, options.problem, 'Write it as skip=NAME,NAME;error=true.'))
  return defaultCheckOptions
}

/**
 * The frontend that a file asks for, in any of the forms that BuildKit finds (`DetectSyntax`): `# syntax=`, `// syntax=`, or the
 * member `syntax` of a JSON object, and all of them also behind a line that begins with `#!`.
 */
export function detectSyntax(text: string): SyntaxReference | undefined {
  const value = findDirective(text, 'syntax', '#') ?? findDirective(text, 'syntax', '//')
  if (value !== undefined) return syntaxReference(value.value, value.range)
  const start = directivesStart(text)
  const first = skipSpaces(text, start)
  if (text.charAt(first) !== '{') return undefined
  let document: unknown
  try {
    document = JSON.parse(text.slice(start))
  } catch {
    return undefined
  }
  if (typeof document !== 'object' || document === null || !('syntax' in document)) return undefined
  if (typeof document.syntax !== 'string') return undefined
  return syntaxReference(document.syntax, { start: first, end: physicalLine(text, first).end })
}

function syntaxReference(commandLine: string, range: TextRange): SyntaxReference {
  const [reference = ''] = commandLine.split(' ', 1)
  return { reference, commandLine, range }
}

/** Behind the byte order mark, and behind a first line that begins with `#!`. */
function directivesStart(text: string): number {
  const start = text.startsWith('\ufeff') ? 1 : 0
  return text.startsWith('#!', start) ? physicalLine(text, start).next : start
}

/** The first value of a directive in the lines at the beginning that are directives. Here, none may be indented. */
function findDirective(text: string, name: Directive['name'], mark: string): SourceString | undefined {
  let at = directivesStart(text)
  const seen = new Set<string>()
  while (at < text.length) {
    const line = physicalLine(text, at)
    const found = readDirectiveText(text, line.start, line.end, mark)
    // A directive that stands twice ends the search as well.
    if (found === undefined || seen.has(found.name)) return undefined
    if (found.name === name) return found.value
    seen.add(found.name)
    at = line.next
  }
  return undefined
}
