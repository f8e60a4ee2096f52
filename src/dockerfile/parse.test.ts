import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Instruction } from './instruction.ts'
import { parseDockerfile } from './parse.ts'

function codesOf(text: string): readonly string[] {
  return parseDockerfile(text).diagnostics.map(({ code }) => code)
}

function instructionsOf(text: string): readonly Instruction[] {
  return parseDockerfile(text).document.instructions
}

describe('a document', () => {
  test('has its stages, and the arguments before them', () => {
    const { document } = parseDockerfile('ARG A\nFROM a AS One\nRUN b\nfrom one\nRUN c\nRUN d\n')
    assert.equal(document.globalArguments.length, 1)
    assert.deepEqual(
      document.stages.map(({ index, name, from, instructions }) => [index, name, from.base.value, instructions.length]),
      [
        [0, 'one', 'a', 1],
        [1, undefined, 'one', 2],
      ],
    )
  })

  test('has nodes whose lines cover the text', () => {
    const text = '\ufeff# syntax=a\n\n \t\n# c\n  RUN a \\\n# d\n  b\nRUN <<E\n\nE\n'
    const { nodes } = parseDockerfile(text).document
    assert.deepEqual(
      nodes.map(({ kind, lines }) => [kind, text.slice(lines.start, lines.end)]),
      [
        ['byte-order-mark', '\ufeff'],
        ['directive', '# syntax=a\n'],
        ['blank', '\n \t\n'],
        ['comment', '# c\n'],
        ['run', '  RUN a \\\n# d\n  b\n'],
        ['run', 'RUN <<E\n\nE\n'],
      ],
    )
  })

  test('says how its lines end', () => {
    assert.equal(parseDockerfile('FROM a\r\nRUN b\n').document.newline, '\r\n')
    assert.equal(parseDockerfile('FROM a\nRUN b\r\n').document.newline, '\n')
    assert.equal(parseDockerfile('FROM a').document.newline, '\n')
    assert.equal(parseDockerfile('\r').document.newline, '\n')
  })
})

describe('directives', () => {
  test('stand at the beginning, in any case and spacing', () => {
    const { document, diagnostics } = parseDockerfile(
      '#Syntax = a/b:1  x\n#\tcheck=skip=A;error=true \n# escape = `\nFROM a\n',
    )
    assert.deepEqual(diagnostics, [])
    assert.deepEqual([document.syntax?.reference, document.syntax?.commandLine], ['a/b:1', 'a/b:1  x'])
    assert.deepEqual(document.checkOptions, { skip: ['A'], experimental: [], error: true })
    assert.equal(document.escape, '`')
  })

  test('are comments behind anything else', () => {
    for (const before of ['# comment', '', 'FROM b', '# unknown=x', '#!/bin/x']) {
      const { document } = parseDockerfile(`${before}\n# escape=\`\nFROM a\n`)
      assert.equal(document.escape, '\\', before)
    }
  })

  test('for the frontend and the checks are found where BuildKit looks for them', () => {
    const syntaxOf = (text: string): string | undefined => parseDockerfile(text).document.syntax?.reference
    assert.equal(syntaxOf('#!/bin/x\n# syntax=a\nFROM b\n'), 'a')
    assert.equal(syntaxOf('  # syntax=a\nFROM b\n'), undefined)
    assert.equal(syntaxOf('// syntax=a\n'), 'a')
    assert.equal(syntaxOf('{ "syntax": "a b" }'), 'a')
    assert.equal(syntaxOf('{ "syntax": 1 }'), undefined)
    assert.equal(syntaxOf('# check=skip=A\n# syntax=a\n'), 'a')
    assert.equal(syntaxOf('\n# syntax=a\n'), undefined)
  })

  test('that stand twice or make no sense are reported', () => {
    assert.deepEqual(codesOf('# syntax=a\n# syntax=b\nFROM c\n'), ['duplicate-directive'])
    assert.deepEqual(codesOf('# escape=x\nFROM c\n'), ['bad-escape'])
    assert.deepEqual(codesOf('# check=x\nFROM c\n'), ['bad-check-options'])
  })
})

describe('lines are continued', () => {
  const argumentsOf = (text: string): string | undefined => instructionsOf(text)[0]?.arguments.value

  test('by the escape character at their end, blanks behind it or not', () => {
    assert.equal(argumentsOf('RUN a \\\n  b\\ \t\nc'), 'a   bc')
    assert.equal(argumentsOf('# escape=`\nRUN a `\nb \\\nc'), 'a b \\')
    assert.equal(argumentsOf('RUN a\\\r\nb\r\n'), 'ab')
  })

  test('but not by two of them', () => {
    assert.equal(argumentsOf('RUN a \\\\\nb'), 'a \\\\')
  })

  test('over comments and empty lines, which are remembered', () => {
    const text = 'RUN a \\\n# one\n\n  # two\n \t\nb'
    const [run] = instructionsOf(text)
    assert.equal(run?.arguments.value, 'a b')
    assert.deepEqual(run.innerComments.map((comment) => comment.text.value), ['one', 'two']) // prettier-ignore
    assert.deepEqual(run.emptyContinuationLines.map(({ start, end }) => text.slice(start, end)), ['\n', ' \t\n']) // prettier-ignore
  })
})

test('comments above belong to an instruction until an empty one', () => {
  const above = (text: string): unknown => instructionsOf(text)[0]?.leadingComments.map((comment) => comment.text.value)
  assert.deepEqual(above('# a\n#\n#b\n\n  # c \nFROM x'), ['b', 'c'])
  assert.deepEqual(above('# syntax=x\n# a\nFROM x'), ['a'])
  assert.deepEqual(instructionsOf('# a\nFROM x\nRUN y')[1]?.leadingComments, [])
})

test('ranges lead to what is written, over continued lines and escapes', () => {
  const text = 'FROM a\nCOPY --chown="us\\\ner":g "$A" \\\n  ["b"]\nCMD ["a\\u0041$B"]\n'
  const [, copy, cmd] = instructionsOf(text)
  assert.ok(copy?.kind === 'copy' && cmd?.kind === 'cmd' && cmd.command.form === 'exec')
  const shown = (range: { readonly start: number; readonly end: number } | undefined): string =>
    text.slice(range?.start, range?.end)
  assert.equal(copy.chown?.value, 'user:g')
  assert.equal(shown(copy.chown.range), '"us\\\ner":g')
  assert.equal(shown(copy.flags[0]?.range), '--chown="us\\\ner":g')
  assert.equal(shown(copy.destination.range), '["b"]')
  assert.equal(cmd.command.arguments[0]?.value, 'aA$B')
  assert.equal(shown(cmd.command.arguments[0]?.range), '"a\\u0041$B"')
  assert.equal(shown(copy.lines), text.slice(7, text.indexOf('CMD')))
})

describe('what is missing altogether is reported:', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    '': ['empty-file'],
    '\n \n': ['no-instruction'],
    '# a\n': ['no-instruction'],
    '\ufeff': ['no-instruction'],
    'ARG A\n': ['no-stage'],
    'RUN a\nRUN b\n': ['no-stage'],
    'RUN a\nARG b\nFROM c\n': ['instruction-before-from'],
    '\\\n': ['unknown-instruction', 'no-stage'],
    'FROM a\n\\\n\n': ['unknown-instruction'],
  }
  for (const [text, codes] of Object.entries(cases)) {
    test(JSON.stringify(text), () => assert.deepEqual(codesOf(text), codes))
  }
})

describe('what may have been meant as JSON is told from what a shell understands:', () => {
  const cases: Readonly<Record<string, readonly string[]>> = {
    'FROM a\nCMD ["C:\\app.exe"]\n': ['json-as-shell'],
    "FROM a\nCMD ['a']\n": ['json-as-shell'],
    'FROM a\nCMD ["C:\\\\app.exe"]\n': [],
    "FROM a\nCMD [ 'a' ]\n": [],
    "FROM a\nCMD ['a'] && b\n": [],
  }
  for (const [text, codes] of Object.entries(cases)) {
    test(JSON.stringify(text), () => assert.deepEqual(codesOf(text), codes))
  }
})
