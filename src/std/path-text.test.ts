import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodePathText, encodePathText } from './path-text.ts'

describe('path text', () => {
  test('gives back the bytes of any name', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        assert.deepEqual(Buffer.from(encodePathText(decodePathText(bytes))), Buffer.from(bytes))
      }),
      { numRuns: 500 },
    )
  })

  test('gives back names of UTF-8 with some bytes changed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.array(fc.tuple(fc.nat(), fc.nat(255))), (text, changes) => {
        const bytes = Buffer.from(text)
        for (const [at, byte] of changes) if (bytes.length > 0) bytes[at % bytes.length] = byte
        assert.deepEqual(Buffer.from(encodePathText(decodePathText(bytes))), bytes)
      }),
      { numRuns: 500 },
    )
  })

  test('is the usual text for UTF-8, with a byte order mark kept', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(decodePathText(Buffer.from(text)), text)
      }),
    )
    assert.equal(decodePathText(Buffer.from('\u{feff}name')), '\u{feff}name')
  })

  test('keeps the readable part of a name that is no UTF-8', () => {
    assert.equal(decodePathText(Buffer.from('caf\xe9/bar', 'latin1')), 'caf\udce9/bar')
    assert.equal(decodePathText(Buffer.concat([Buffer.from('🛶é'), Buffer.of(0xff), Buffer.from('é')])), '🛶é\udcffé')
  })

  test('escapes surrogates and overlong forms, which UTF-8 does not allow', () => {
    assert.equal(decodePathText(Buffer.of(0xed, 0xa0, 0x80)), '\udced\udca0\udc80')
    assert.equal(decodePathText(Buffer.of(0xc0, 0xaf)), '\udcc0\udcaf')
    assert.equal(decodePathText(Buffer.of(0xf4, 0x90, 0x80, 0x80)), '\udcf4\udc90\udc80\udc80')
  })

  test('tells names apart that differ in one invalid byte', () => {
    assert.notEqual(decodePathText(Buffer.of(0x61, 0xfe)), decodePathText(Buffer.of(0x61, 0xff)))
  })
})
