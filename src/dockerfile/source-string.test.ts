import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import {
  offsetAt,
  rangeWithin,
  sliceSource,
  sourceString,
  sourceStringBuilder,
  type SourceString,
} from './source-string.ts'

/** Pieces of a text, the characters between them left out. */
function pick(text: string, pieces: readonly (readonly [start: number, end: number])[]): SourceString {
  const builder = sourceStringBuilder(0)
  for (const [start, end] of pieces) builder.add(text.slice(start, end), start)
  return builder.build()
}

describe('a source string', () => {
  const text = 'RUN a \\\n b'
  const joined = pick(text, [[0, 6], [8, 10]]) // prettier-ignore

  test('has its characters, and knows where each stands', () => {
    assert.equal(joined.value, 'RUN a  b')
    assert.deepEqual(joined.range, { start: 0, end: 10 })
    for (let index = 0; index < joined.value.length; index += 1) {
      assert.equal(text.charAt(offsetAt(joined, index)), joined.value.charAt(index))
    }
    assert.equal(offsetAt(joined, joined.value.length), 10)
  })

  test('gives the place of a part without what is left out around it', () => {
    assert.deepEqual(rangeWithin(joined, 4, 5), { start: 4, end: 5 })
    assert.deepEqual(rangeWithin(joined, 4, 8), { start: 4, end: 10 })
    assert.deepEqual(rangeWithin(joined, 7, 7), { start: 9, end: 9 })
  })

  test('has the place that it is built with, where that is more than its characters', () => {
    const builder = sourceStringBuilder(5)
    builder.add('ab', 6)
    const quoted = builder.build({ start: 5, end: 9 })
    assert.deepEqual(quoted.range, { start: 5, end: 9 })
    assert.equal(offsetAt(quoted, 0), 6)
    assert.equal(offsetAt(quoted, 2), 9)
  })

  test('can be empty, and then stands somewhere nevertheless', () => {
    assert.deepEqual(sourceStringBuilder(3).build(), { value: '', range: { start: 3, end: 3 }, jumps: [] })
  })
})

test('a slice knows the same of its characters as the whole', () => {
  const pieces = fc.array(fc.tuple(fc.nat(3), fc.nat(5)), { maxLength: 8 })
  fc.assert(
    fc.property(pieces, fc.nat(40), fc.nat(40), (gaps, one, other) => {
      const text = 'abcdefghijklmnopqrstuvwxyz'.repeat(4)
      const builder = sourceStringBuilder(0)
      let at = 0
      for (const [gap, length] of gaps) {
        builder.addSource(sourceString(text, at + gap, at + gap + length))
        at += gap + length
      }
      const whole = builder.build()
      const [from = 0, to = 0] = [one, other]
        .map((index) => Math.min(index, whole.value.length))
        .toSorted((a, b) => a - b)
      const slice = sliceSource(whole, from, to)
      assert.equal(slice.value, whole.value.slice(from, to))
      for (let index = from; index < to; index += 1) {
        assert.equal(offsetAt(slice, index - from), offsetAt(whole, index))
        assert.equal(text.charAt(offsetAt(slice, index - from)), slice.value.charAt(index - from))
      }
      assert.deepEqual(slice.range, rangeWithin(whole, from, to))
    }),
  )
})
