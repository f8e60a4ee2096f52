import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OutputLines, shownLine } from './output-lines.ts'

describe('a line of a program', () => {
  test('is shown without colours and without what moves the cursor', () => {
    assert.equal(
      shownLine('\x1b[1;31merror\x1b[0m:\x1b[2K done\x1b]8;;http://example.com\x07link\x1b]8;;\x07'),
      'error: donelink',
    )
    assert.equal(shownLine('a\tb\u0007\u202ec  '), String.raw`a    b\x07\u202ec`)
  })

  test('that is written over shows what stood there last', () => {
    assert.equal(shownLine('10%\r50%\r100%\r'), '100%')
    assert.equal(shownLine('windows\r'), 'windows')
  })
})

describe('OutputLines', () => {
  test('gives lines when they are complete, of both streams', () => {
    const lines = new OutputLines()
    assert.deepEqual(lines.add('stdout', 'a'), [])
    assert.deepEqual(lines.add('stderr', 'x\ny'), ['x'])
    assert.deepEqual(lines.add('stdout', 'b\nc'), ['ab'])
    assert.deepEqual(lines.tail(10), ['x', 'ab', 'c', 'y'])
    assert.deepEqual(lines.tail(2), ['c', 'y'])
    assert.deepEqual(lines.end(), ['c', 'y'])
    assert.deepEqual(lines.end(), [])
  })

  test('keeps little of what never ends', () => {
    const lines = new OutputLines()
    let told = 0
    for (let count = 0; count < 3000; count += 1) told += lines.add('stdout', 'x'.repeat(100)).join('').length
    assert.ok(told > 290_000)
    for (let count = 0; count < 3000; count += 1) assert.deepEqual(lines.add('stderr', `\r${count}%`), [])
    assert.deepEqual(lines.end().at(-1), '2999%')
  })
})
