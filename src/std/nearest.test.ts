import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { editDistance, nearest } from './nearest.ts'

describe('editDistance', () => {
  test('counts insertions, deletions, replacements and swaps', () => {
    assert.equal(editDistance('pull', 'pull'), 0)
    assert.equal(editDistance('pul', 'pull'), 1)
    assert.equal(editDistance('pulll', 'pull'), 1)
    assert.equal(editDistance('pill', 'pull'), 1)
    assert.equal(editDistance('plul', 'pull'), 1)
    assert.equal(editDistance('', 'pull'), 4)
  })

  test('is symmetric, and zero only for equal texts', () => {
    const text = fc.string({ maxLength: 12 })
    fc.assert(
      fc.property(text, text, (left, right) => {
        assert.equal(editDistance(left, right), editDistance(right, left))
        assert.equal(editDistance(left, right) === 0, left === right)
      }),
    )
  })
})

describe('nearest', () => {
  test('finds what was probably meant', () => {
    assert.equal(nearest('psuh', ['pull', 'push', 'copy']), 'push')
    assert.equal(nearest('--platfrom', ['--platform', '--plain']), '--platform')
  })

  test('says nothing when nothing is near', () => {
    assert.equal(nearest('frobnicate', ['pull', 'push', 'copy']), undefined)
    assert.equal(nearest('x', []), undefined)
  })
})
