import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { formatSize } from './format-size.ts'

describe('formatSize', () => {
  test('prints decimal units with three digits, as docker does', () => {
    assert.equal(formatSize(0), '0B')
    assert.equal(formatSize(999), '999B')
    assert.equal(formatSize(1000), '1kB')
    assert.equal(formatSize(12_345), '12.3kB')
    assert.equal(formatSize(133_456_789), '133MB')
    assert.equal(formatSize(4_050_000_000), '4.05GB')
  })

  test('goes to the next unit when rounding reaches it', () => {
    assert.equal(formatSize(999_499), '999kB')
    assert.equal(formatSize(999_500), '1MB')
    assert.equal(formatSize(Number.MAX_SAFE_INTEGER), '9.01PB')
  })

  test('is never off by more than half a percent', () => {
    const factors: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 }
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1e15 }), (sizeBytes) => {
        const [, amount, unit = ''] = /^([0-9.]+)([kMGTP]?B)$/.exec(formatSize(sizeBytes)) ?? []
        const shown = Number(amount) * (factors[unit] ?? Number.NaN)
        assert.ok(Math.abs(shown - sizeBytes) <= sizeBytes * 0.005 + 0.5, formatSize(sizeBytes))
      }),
    )
  })
})
