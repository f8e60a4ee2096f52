import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sourceString, type SourceString } from '../source-string.ts'
import { splitAtCommas } from './comma-separated.ts'
import { readJsonArray } from './json-array.ts'
import { splitInstruction } from './split-instruction.ts'
import { splitWords } from './words.ts'

function whole(text: string): SourceString {
  return sourceString(text, 0, text.length)
}

function valuesOf(sources: readonly SourceString[] | undefined): readonly string[] | undefined {
  return sources?.map(({ value }) => value)
}

describe('splitInstruction', () => {
  const split = (text: string): readonly unknown[] => {
    const { keyword, flagWords, arguments: rest } = splitInstruction(whole(text), '\\')
    return [keyword.value, valuesOf(flagWords), rest.value]
  }

  test('takes keyword, flags and arguments apart', () => {
    assert.deepEqual(split('  RUN\t --a=b  --c d --e '), ['RUN', ['--a=b', '--c'], 'd --e'])
    assert.deepEqual(split('RUN'), ['RUN', [], ''])
    assert.deepEqual(split('RUN -- --a'), ['RUN', [], '--a'])
    assert.deepEqual(split('RUN --a -- b'), ['RUN', ['--a'], 'b'])
    assert.deepEqual(split('RUN --a --'), ['RUN', ['--a'], ''])
    assert.deepEqual(split('RUN -a'), ['RUN', [], '-a'])
  })

  test('resolves quotes and escapes in flags only', () => {
    assert.deepEqual(split(`RUN --a="b c" --d='e\\'f' "g h"`), ['RUN', ['--a=b c', "--d=e'f"], '"g h"'])
    assert.deepEqual(split('RUN --a\\ b c'), ['RUN', ['--a b'], 'c'])
    assert.deepEqual(split('RUN --a\\'), ['RUN', ['--a'], ''])
  })

  test('tells of a quote that does not end', () => {
    assert.deepEqual(splitInstruction(whole('RUN --a="b c'), '\\').openQuote, { start: 8, end: 12 })
  })
})

test('words keep their quotes and escapes, and white space in them', () => {
  const split = (text: string): unknown => valuesOf(splitWords(whole(text), '\\'))
  assert.deepEqual(split(` a  b="c d"e 'f g' h\\ i `), ['a', 'b="c d"e', "'f g'", 'h\\ i'])
  assert.deepEqual(split('a="b\\" c" d'), ['a="b\\" c"', 'd'])
  assert.deepEqual(split("a='b\\' c"), ["a='b\\'", 'c'])
  assert.deepEqual(split('a="b c'), ['a="b c'])
  assert.deepEqual(split('a\\'), ['a'])
  assert.deepEqual(split('\\'), [])
  assert.deepEqual(split('""'), ['""'])
  assert.deepEqual(split('a\u00a0b'), ['a', 'b'])
})

test('commas separate, but not in quotes', () => {
  const split = (text: string): unknown => valuesOf(splitAtCommas(whole(text)))
  assert.deepEqual(split('a=b,c'), ['a=b', 'c'])
  assert.deepEqual(split(',a,'), ['', 'a', ''])
  assert.deepEqual(split('"a,b",c'), ['a,b', 'c'])
  assert.deepEqual(split('"a""b",""'), ['a"b', ''])
  for (const bad of ['', 'a"b', '"a', '"a"b', '"a"" ,b']) assert.equal(split(bad), undefined, bad)
})

describe('readJsonArray', () => {
  const read = (text: string): unknown => {
    const found = readJsonArray(whole(text))
    return found !== undefined && 'elements' in found ? valuesOf(found.elements) : found
  }

  test('reads strings', () => {
    assert.deepEqual(read('["a", "b c" ,"" ]'), ['a', 'b c', ''])
    assert.deepEqual(read(' []'), [])
    assert.deepEqual(read('["\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"]'), ['"\\/\b\f\n\r\té😀'])
    assert.deepEqual(read('["\\ud83d"]'), ['\ufffd'])
  })

  test('finds the first element that is none', () => {
    assert.deepEqual(read('["a", 12]'), { otherElement: { start: 6, end: 8 } })
    assert.deepEqual(read('[["a"]]'), { otherElement: { start: 1, end: 5 } })
    assert.deepEqual(read('[null]'), { otherElement: { start: 1, end: 5 } })
  })

  test('takes anything else for no array', () => {
    for (const text of ['', 'a', '["a"', '["a",]', "['a']", '["a"] b', '{"a":1}', '["a\tb"]']) {
      assert.equal(read(text), undefined, text)
    }
  })
})
