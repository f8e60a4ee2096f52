import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { evaluateDockerfile } from './evaluate.ts'
import { parseDockerfile } from './parse.ts'

const long = 10_000_000

/** Texts that were made to be hard to read, each with a problem that is found in it. */
const hostileTexts: Readonly<Record<string, readonly [text: () => string, code: string]>> = {
  '10 MB of a word': [() => `FROM a\nRUN ${'x'.repeat(long)}`, 'too-long'],
  '10 MB of blanks between two words': [() => `FROM a\nRUN a${' '.repeat(long)}b`, 'too-long'],
  '10 MB of an open quote': [() => `ENV a="${'b'.repeat(long)}`, 'too-long'],
  '10 MB of open brackets': [() => `CMD ${'['.repeat(long)}`, 'too-long'],
  '10 MB of flags': [() => `RUN ${'--a '.repeat(long / 4)}`, 'too-long'],
  '10 MB of open substitutions': [() => `ENV a=${'${b:-'.repeat(long / 5)}`, 'too-long'],
  '10 MB of a keyword': [() => 'x'.repeat(long), 'too-long'],
  '10 MB of blanks in a directive': [() => `# syntax=a${' '.repeat(long)}b`, 'too-long'],
  '10 MB of NUL characters': [() => '\0'.repeat(long), 'binary-content'],
  '20 MB of comments': [() => `# ${'x'.repeat(98)}\n`.repeat(200_000), 'too-long'],
  '60 KB of open substitutions': [() => `ENV a=${'${b:-'.repeat(12_000)}`, 'bad-substitution'],
  '60 KB of triggers': [() => `FROM a\n${'ONBUILD '.repeat(8000)}`, 'bad-trigger'],
  '60 KB of here-documents': [() => `FROM a\nRUN ${'<<E '.repeat(15_000)}`, 'unterminated-heredoc'],
  '60 KB of blanks in a here-document': [() => `RUN <<${' '.repeat(60_000)}<`, 'no-stage'],
  '10,000 here-documents without end': [
    () => `FROM a\n${Array.from({ length: 10_000 }, (_, index) => `RUN <<E${index}\n`).join('')}`,
    'unterminated-heredoc',
  ],
  '100,000 lines that are continued': [() => 'RUN a \\\n'.repeat(100_000), 'no-stage'],
  '100,000 empty lines that are continued': [() => `RUN a \\\n${'\n'.repeat(100_000)}b`, 'no-stage'],
  '10,000 unknown instructions': [() => 'EXPOSES a\n'.repeat(10_000), 'unknown-instruction'],
}

describe('is read in time in proportion to its length:', () => {
  for (const [title, [text, code]] of Object.entries(hostileTexts)) {
    test(title, () => {
      const hostile = text()
      const started = process.cpuUsage()
      const { document, diagnostics } = parseDockerfile(hostile)
      const found = [...diagnostics, ...evaluateDockerfile(document).diagnostics]
      assert.ok(
        found.some((each) => each.code === code),
        `${title}: ${found[0]?.code}`,
      )
      assert.ok(process.cpuUsage(started).user / 1000 < 5000)
    })
  }
})

describe('is evaluated in bounded time and memory:', () => {
  const codesOf = (text: string): readonly string[] =>
    evaluateDockerfile(parseDockerfile(text).document).diagnostics.map(({ code }) => code)

  test('variables that double again and again', () => {
    assert.ok(codesOf(`FROM a\nENV a=x\n${'ENV a=$a$a\n'.repeat(1000)}`).includes('expansion-too-large'))
    assert.ok(codesOf(`ARG a=x\n${'ARG a=$a$a\n'.repeat(1000)}FROM $a`).includes('expansion-too-large'))
  })

  test('patterns that match in many ways, said once', () => {
    const text = `FROM a\nENV v=${'a'.repeat(60_000)}\n${'ENV x=${v##*a*a*a*a*b}\n'.repeat(400)}`
    assert.deepEqual(codesOf(text), ['expansion-too-large'])
  })

  test('a long chain of stages, and many on top of one', () => {
    const chain = Array.from({ length: 2000 }, (_, index) => `FROM s${index - 1} AS s${index}\nENV A${index}=$A0\n`)
    assert.deepEqual(codesOf(chain.join('')), [])
    const variables = Array.from({ length: 2000 }, (_, index) => `ENV A${index}=$A0\n`)
    assert.deepEqual(codesOf(`FROM a AS s\n${variables.join('')}${'FROM s\nENV a=$A1\n'.repeat(2000)}`), [])
  })
})

test('a usual file of 10,000 lines is read in well under 0.3 s', () => {
  const stage =
    'RUN --mount=type=cache,target=/x apt-get install -y \\\n  a \\\n  b\nENV A=b C="d $A"\nCOPY --from=b a /c\n# d\nLABEL a=b\n\n'
  const text = `FROM a\n${stage.repeat(1250)}`
  parseDockerfile(text)
  const times = Array.from({ length: 5 }, () => {
    const started = process.cpuUsage()
    assert.deepEqual(parseDockerfile(text).diagnostics, [])
    return process.cpuUsage(started).user / 1000
  })
  assert.ok(Math.min(...times) < 300, `${Math.min(...times)} ms`)
})
