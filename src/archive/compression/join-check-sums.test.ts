import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { joinCheckSums } from './join-check-sums.ts'

describe('joinCheckSums', () => {
  test('of two pieces is the check sum of both together', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.uint8Array({ maxLength: 2000 }), (before, after) => {
        const joined = joinCheckSums(crc32(before), crc32(after), after.length)
        assert.equal(joined, crc32(Buffer.concat([before, after])))
      }),
    )
  })

  test('holds for more bytes than 32 bits count', () => {
    const zeros = new Uint8Array(2 ** 20)
    let step = joinCheckSums(crc32(Buffer.from('begin')), crc32(zeros), zeros.length)
    let [sum, bytes] = [crc32(zeros), zeros.length]
    while (bytes < 2 ** 33) {
      step = joinCheckSums(step, sum, bytes)
      sum = joinCheckSums(sum, sum, bytes)
      bytes *= 2
    }
    assert.equal(step, joinCheckSums(crc32(Buffer.from('begin')), sum, bytes))
  })
})
