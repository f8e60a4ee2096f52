import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { BuildContext, ContextEntry } from '../../build-context.ts'
import { lintDockerfile, type Finding, type LintOptions } from '../../lint.ts'
import { mendDockerfile } from '../../mend.ts'
import type { Rule } from '../rule.ts'

/** What a rule says of some Dockerfiles, by what the test is to be called. */
export interface RuleCases {
  /** What it finds is marked: `RUN «apt-get update»`. */
  readonly catches: Readonly<Record<string, string | CaughtCase>>
  readonly leaves: Readonly<Record<string, string | LeftCase>>
}

/** A Dockerfile that a rule finds nothing in. */
export interface LeftCase {
  readonly dockerfile: string
  /** What the build context holds, by path; folders are there by what is in them. `.dockerignore` is the ignore file. */
  readonly context?: Readonly<Record<string, string>>
  readonly options?: LintOptions
}

/** A Dockerfile that a rule finds something in. */
export interface CaughtCase extends LeftCase {
  /** What the messages of the findings are like, in order. */
  readonly messages?: readonly RegExp[]
  /** The Dockerfile when the safe fixes were applied. Asked for where a fix is safe. */
  readonly fixed?: string
  /** The Dockerfile when all fixes were applied. Asked for where a fix is not safe. */
  readonly fixedUnsafely?: string
}

/** Tests a rule: what it catches, what it leaves, and that its fixes do what they say, once. */
export function describeRule(rule: Rule, { catches, leaves }: RuleCases): void {
  describe(rule.name, () => {
    for (const [name, given] of Object.entries(catches)) {
      test(`catches ${name}`, () => {
        checkCaught(rule, typeof given === 'string' ? { dockerfile: given } : given)
      })
    }
    for (const [name, given] of Object.entries(leaves)) {
      test(`leaves ${name}`, () => {
        const { dockerfile, context, options } = typeof given === 'string' ? { dockerfile: given } : given
        const found = lintDockerfile(dockerfile, withContext(options, context)).findings
        assert.deepEqual(
          found.filter((finding) => isOf(rule, finding)),
          [],
        )
      })
    }
  })
}

function checkCaught(rule: Rule, given: CaughtCase): void {
  const { text, marked } = readMarks(given.dockerfile)
  const options = withContext(given.options, given.context)
  const found = lintDockerfile(text, options).findings.filter((finding) => isOf(rule, finding))
  assert.deepEqual(
    found.map(({ range }) => withMarks(text, [range])),
    marked.map((range) => withMarks(text, [range])),
  )
  assert.ok(found.length > 0, 'a case marks at least one place')
  for (const finding of found) checkSentences(finding)
  for (const [index, pattern] of (given.messages ?? []).entries()) assert.match(found[index]?.message ?? '', pattern)
  for (const [level, isAskedFor, expected] of [
    ['safe', found.some(({ fix }) => fix?.isSafe === true), given.fixed],
    ['unsafe', found.some(({ fix }) => fix?.isSafe === false), given.fixedUnsafely],
  ] as const) {
    assert.equal(isAskedFor, expected !== undefined, `the ${level} fix and the text that it gives go together`)
    if (expected !== undefined) checkFix(rule, text, expected, level, options)
  }
}

function checkFix(rule: Rule, text: string, expected: string, level: 'safe' | 'unsafe', options: LintOptions): void {
  const isMended = (finding: Finding): boolean => isOf(rule, finding)
  const once = mendDockerfile(text, level, options, isMended)
  assert.equal(once.text, expected)
  const left = once.remaining.findings.filter((finding) => isMended(finding) && finding.fix !== undefined)
  assert.deepEqual(level === 'unsafe' ? left : left.filter(({ fix }) => fix?.isSafe === true), [])
  const before = lintDockerfile(text, options).findings.filter(({ category }) => category === 'reading')
  const after = once.remaining.findings.filter(({ category }) => category === 'reading')
  assert.ok(after.length <= before.length, 'a fix makes no mistakes in the language')
  assert.equal(mendDockerfile(once.text, level, options, isMended).text, once.text)
}

/** Messages are shown in one line, costs and hints as sentences. */
function checkSentences({ message, cost, hint, fix }: Finding): void {
  assert.doesNotMatch(message, /\n|\.$/)
  for (const sentence of [cost, hint])
    if (sentence !== undefined) assert.match(sentence, /^[^a-z\n].*[.?]$|^[a-z].*[.?]$/)
  if (fix !== undefined) assert.match(fix.title, /^[a-z].*[^.]$/)
}

function isOf(rule: Rule, { code }: Finding): boolean {
  return code === rule.name
}

interface Range {
  readonly start: number
  readonly end: number
}

function readMarks(marked: string): { readonly text: string; readonly marked: readonly Range[] } {
  const ranges: Range[] = []
  let text = ''
  let start = 0
  for (const part of marked.split(/(?=[«»])/)) {
    if (part.startsWith('«')) start = text.length
    if (part.startsWith('»')) ranges.push({ start, end: text.length })
    text += part.replace(/^[«»]/, '')
  }
  return { text, marked: ranges }
}

function withMarks(text: string, ranges: readonly Range[]): string {
  return ranges.reduceRight(
    (result, { start, end }) => `${result.slice(0, start)}«${result.slice(start, end)}»${result.slice(end)}`,
    text,
  )
}

function withContext(options: LintOptions = {}, files: LeftCase['context']): LintOptions {
  return files === undefined ? options : { ...options, context: memoryContext(files) }
}

/** A build context out of a table of paths and contents. */
export function memoryContext(files: Readonly<Record<string, string>>): BuildContext {
  const folders = new Map<string, Map<string, ContextEntry>>([['', new Map()]])
  for (const path of Object.keys(files)) {
    const parts = path.split('/')
    for (const [index, name] of parts.entries()) {
      const folder = parts.slice(0, index).join('/')
      const entries = folders.get(folder) ?? new Map<string, ContextEntry>()
      folders.set(folder, entries.set(name, { name, kind: index === parts.length - 1 ? 'file' : 'directory' }))
    }
  }
  const ignore = files['.dockerignore']
  return {
    list: (path) => {
      const entries = folders.get(path)
      return entries === undefined ? undefined : [...entries.values()]
    },
    read: (path, bytesMax) => files[path]?.slice(0, bytesMax),
    ignoreFile: ignore === undefined ? undefined : { name: '.dockerignore', text: ignore },
  }
}
