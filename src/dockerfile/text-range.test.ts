import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createLineIndex, lineRange, positionAt, rangesOverlap } from './text-range.ts'

test('lines and columns count from 1, and a line has its end', () => {
  const text = 'ab\r\nc\n'
  const index = createLineIndex(text)
  assert.deepEqual(positionAt(index, 0), { line: 1, column: 1 })
  assert.deepEqual(positionAt(index, 3), { line: 1, column: 4 })
  assert.deepEqual(positionAt(index, 4), { line: 2, column: 1 })
  assert.deepEqual(positionAt(index, 6), { line: 3, column: 1 })
  assert.deepEqual(lineRange(index, 1), { start: 0, end: 4 })
  assert.deepEqual(lineRange(index, 3), { start: 6, end: 6 })
  assert.equal(lineRange(index, 4), undefined)
})

test('an offset outside of the text is at its nearest end', () => {
  const index = createLineIndex('ab')
  assert.deepEqual(positionAt(index, -1), { line: 1, column: 1 })
  assert.deepEqual(positionAt(index, 9), { line: 1, column: 3 })
})

test('the position of an offset leads back to the offset', () => {
  const line = fc.string({ unit: fc.constantFrom('a', '\r', '\n', 'é') })
  fc.assert(
    fc.property(line, fc.nat(50), (text, chosen) => {
      const offset = Math.min(chosen, text.length)
      const index = createLineIndex(text)
      const { line, column } = positionAt(index, offset)
      assert.equal((lineRange(index, line)?.start ?? -1) + column - 1, offset)
    }),
  )
})

test('ranges overlap where they share a character', () => {
  assert.ok(rangesOverlap({ start: 0, end: 2 }, { start: 1, end: 3 }))
  assert.ok(!rangesOverlap({ start: 0, end: 2 }, { start: 2, end: 3 }))
  assert.ok(!rangesOverlap({ start: 1, end: 1 }, { start: 1, end: 3 }))
})
