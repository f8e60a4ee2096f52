import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { chainDigest, scratchDigest, stepKey } from './step-key.ts'

const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string()))
const definition = fc.dictionary(fc.string({ minLength: 1 }), value)

describe('stepKey', () => {
  test('is the same whatever the order in which a definition is written', () => {
    fc.assert(
      fc.property(definition, (one) => {
        const other = Object.fromEntries(Object.entries(one).toReversed())
        assert.equal(stepKey(one), stepKey(other))
      }),
    )
  })

  test('is another one when any part is another', () => {
    fc.assert(
      fc.property(definition, definition, (one, other) => {
        const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))
        assert.equal(stepKey(one) === stepKey(other), isSame)
      }),
    )
  })

  test('tells lists of words apart that read the same when they are joined', () => {
    assert.notEqual(stepKey({ words: ['a b'] }), stepKey({ words: ['a', 'b'] }))
    assert.notEqual(stepKey({ words: ['b', 'a'] }), stepKey({ words: ['a', 'b'] }))
  })
})

function sorted(record: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

test('chainDigest depends on what is below, on the layer, and on their order', () => {
  const [one, other] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`] as const
  const both = chainDigest(chainDigest(scratchDigest, one), other)
  assert.notEqual(both, chainDigest(chainDigest(scratchDigest, other), one))
  assert.equal(both, chainDigest(chainDigest(scratchDigest, one), other))
})
