import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { padEnd, padStart, stripStyle, textWidth, truncate, wrap } from './text-width.ts'

const anyText = fc.string({ unit: fc.constantFrom('a', ' ', 'é', 'e\u0301', '日', '👍🏽', '👨‍👩‍👧', '한', '🇩🇪') })

describe('textWidth', () => {
  const cases = [
    ['abc', 3],
    ['größe', 5],
    ['e\u0301', 1],
    ['日本', 4],
    ['한글', 4],
    ['👍🏽', 2],
    ['👨‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['\u200b', 0],
    ['━─', 2],
  ] as const
  for (const [text, width] of cases)
    test(`${JSON.stringify(text)} takes ${width}`, () => assert.equal(textWidth(text), width))
})

describe('truncate', () => {
  test('cuts between graphemes, with an ellipsis', () => {
    assert.equal(truncate('abcdef', 6), 'abcdef')
    assert.equal(truncate('abcdef', 4), 'abc…')
    assert.equal(truncate('日本語', 5), '日本…')
    assert.equal(truncate('日本語', 4), '日…')
  })

  test('never takes more room than there is', () => {
    fc.assert(
      fc.property(anyText, fc.nat(20), (text, columns) => {
        assert.ok(textWidth(truncate(text, columns)) <= columns)
      }),
    )
  })
})

describe('padding', () => {
  test('fills up to the width on either side', () => {
    assert.equal(padEnd('日', 4), '日  ')
    assert.equal(padStart('日', 4), '  日')
    assert.equal(padEnd('abcde', 4), 'abcde')
  })
})

describe('wrap', () => {
  test('breaks at spaces only', () => {
    assert.deepEqual(wrap('one two three', 7), ['one two', 'three'])
    assert.deepEqual(wrap('extraordinary', 7), ['extraordinary'])
    assert.deepEqual(wrap('', 7), [''])
  })
})

describe('stripStyle', () => {
  test('takes marks away and leaves the rest', () => {
    assert.equal(stripStyle('\x1b[31mred\x1b[39m plain'), 'red plain')
  })
})
