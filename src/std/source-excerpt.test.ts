import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { positionOf, sourceExcerpt } from './source-excerpt.ts'
import { textWidth } from './text-width.ts'

describe('sourceExcerpt', () => {
  const excerptOf = (text: string, marked: string): string => {
    const start = text.indexOf(marked)
    return sourceExcerpt(text, start, start + marked.length)
  }

  test('shows the line of the range with carets under it', () => {
    assert.equal(excerptOf('one\ntwo three\nfour', 'three'), '2 | two three\n  |     ^^^^^')
  })

  test('a range of nothing has one caret, also at the end of the text', () => {
    assert.equal(sourceExcerpt('ab', 1, 1), '1 | ab\n  |  ^')
    assert.equal(sourceExcerpt('ab\n', 3, 3), '2 | \n  | ^')
    assert.equal(sourceExcerpt('', 0, 0), '1 | \n  | ^')
  })

  test('a range over several lines is marked on its first', () => {
    assert.equal(sourceExcerpt('ab\ncd', 1, 5), '1 | ab\n  |  ^')
  })

  test('a range that begins at a line break stays on its line', () => {
    assert.equal(sourceExcerpt('ab\ncd', 2, 3), '1 | ab\n  |   ^')
  })

  test('tabs and wide characters do not move the carets', () => {
    assert.equal(excerptOf('\tx\ty', 'y'), '1 |     x   y\n  |         ^')
    assert.equal(excerptOf('漢字 x', 'x'), '1 | 漢字 x\n  |      ^')
  })

  test('what a terminal would obey is escaped', () => {
    assert.equal(excerptOf('\x1b[31mx', 'x'), '1 | \\x1b[31mx\n  |         ^')
  })

  test('the carriage return of a line end is not shown', () => {
    assert.equal(excerptOf('ab\r\ncd', 'b'), '1 | ab\n  |  ^')
  })

  test('of a long line the part around the range is shown', () => {
    const text = `${'a'.repeat(1000)}HERE${'b'.repeat(1000)}`
    const [line = '', carets = ''] = excerptOf(text, 'HERE').split('\n')
    assert.ok(textWidth(line) < 130)
    assert.equal(line.indexOf('HERE'), carets.indexOf('^^^^'))
    assert.match(line, /…a+HEREb+…$/)
  })
})

test('positionOf counts lines and columns from 1', () => {
  assert.deepEqual(positionOf('ab\ncd', 0), { line: 1, column: 1 })
  assert.deepEqual(positionOf('ab\ncd', 2), { line: 1, column: 3 })
  assert.deepEqual(positionOf('ab\ncd', 4), { line: 2, column: 2 })
})
