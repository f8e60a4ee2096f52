import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseIgnoreFile } from './ignore-file.ts'

function patternsOf(text: string): readonly string[] {
  return parseIgnoreFile(text).patterns.map(({ pattern, isException }) => (isException ? `!${pattern}` : pattern))
}

describe('parseIgnoreFile', () => {
  test('takes a line for a pattern, without white space at the ends', () => {
    assert.deepEqual(patternsOf('node_modules\n  *.log\t\r\n\n   \n.git'), ['node_modules', '*.log', '.git'])
  })

  test('takes a line that begins with # for a comment, and others not', () => {
    assert.deepEqual(patternsOf('# comment\n #pattern\n\\#name'), ['#pattern', '\\#name'])
    assert.deepEqual(patternsOf('\ufeff# comment'), [])
  })

  test('cleans paths, and takes them from the root of the context', () => {
    assert.deepEqual(patternsOf('/a\n./b/\nc//d\ne/../f\n/\n.'), ['a', 'b', 'c/d', 'f', '/', '.'])
    assert.deepEqual(patternsOf('../outside'), ['../outside'])
  })

  test('knows exceptions', () => {
    assert.deepEqual(patternsOf('!a\n! /b/\n!!c\n\\!d'), ['!a', '!b', '!!c', '\\!d'])
  })

  test('knows where each pattern stands', () => {
    const text = 'a\n  !b  \n'
    const { patterns } = parseIgnoreFile(text)
    assert.deepEqual(patterns.map(({ range }) => text.slice(range.start, range.end)), ['a', '!b']) // prettier-ignore
  })

  test('reports what is no pattern, and reads on', () => {
    const text = 'a[\nb\n!\n[]\n[a-]\nc\\\n!/\n[^]a]\n'
    const { patterns, diagnostics } = parseIgnoreFile(text)
    assert.deepEqual(patterns.map(({ pattern }) => pattern), ['b']) // prettier-ignore
    assert.deepEqual(
      diagnostics.map(({ code, range }) => [code, text.slice(range.start, range.end)]),
      ['a[', '!', '[]', '[a-]', 'c\\', '!/', '[^]a]'].map((line) => ['bad-pattern', line]),
    )
  })
})
