import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatCount } from './format-count.ts'

test('counts are written as English has them', () => {
  assert.equal(formatCount(30_412), '30,412')
  fc.assert(
    fc.property(fc.maxSafeNat(), (count) => {
      assert.equal(formatCount(count), count.toLocaleString('en-US'))
      if (count !== 0) assert.equal(formatCount(-count), (-count).toLocaleString('en-US'))
    }),
  )
  assert.equal(formatCount(1234.5), '1,234.5')
})
