import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { printable, printableLines } from './printable.ts'

describe('printable', () => {
  test('leaves text in any language as it is', () => {
    assert.equal(printable('größe 日本 👍🏽'), 'größe 日本 👍🏽')
  })

  test('writes what would steer a terminal as escapes', () => {
    assert.equal(printable('a\x1b[31mb\r\n\x9bc\u202ed'), String.raw`a\x1b[31mb\x0d\x0a\x9bc\u202ed`)
  })

  test('writes bytes that are no UTF-8 as the bytes that they were', () => {
    assert.equal(printable('name\udcff'), String.raw`name\xff`)
  })

  test('leaves no control character, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        assert.doesNotMatch(printable(text), /\p{Cc}|\p{Surrogate}/u)
      }),
    )
  })
})

describe('printableLines', () => {
  test('keeps line breaks and tabs', () => {
    assert.equal(printableLines('a\n\tb\x07'), 'a\n\tb\\x07')
  })
})
