import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { KnownBodies } from './known-bodies.ts'

/** Headers and bodies in turn. */
interface Part {
  readonly header: string
  readonly body: string
}

const parts: fc.Arbitrary<readonly Part[]> = fc.array(
  fc.record({
    header: fc.constantFrom('', 'h', '\n'),
    body: fc.constantFrom('', 'a', 'A', 'bb'),
  }),
  { maxLength: 3 },
)

/** What a piece of the parts is identified as. Bodies are not looked at: there are zeros in their place. */
function identify(from: readonly Part[], startBytes: number, sizeBytes: number): string {
  const bodies = new KnownBodies()
  let text = ''
  for (const { header, body } of from) {
    text += header
    bodies.note(text.length, body.length, `digest of ${body}`)
    text += '\0'.repeat(body.length)
  }
  return bodies.identify(Buffer.from(text).subarray(startBytes, startBytes + sizeBytes), startBytes, '')
}

function bytesOf(from: readonly Part[]): string {
  return from.map(({ header, body }) => header + body).join('')
}

describe('KnownBodies', () => {
  test('two pieces have one identity only where their bytes are the same', () => {
    fc.assert(
      fc.property(parts, parts, fc.nat(3), fc.nat(6), (left, right, start, size) => {
        const [one, other] = [left, right].map((each) => bytesOf(each).slice(start, start + size))
        if (identify(left, start, size) === identify(right, start, size)) assert.equal(one, other)
      }),
      { numRuns: 5000 },
    )
  })

  test('a piece has the same identity wherever it lies, whatever comes before and after it', () => {
    const piece: readonly Part[] = [
      { header: 'h1', body: 'ccc' },
      { header: 'h2', body: 'a' },
    ]
    const alone = identify(piece, 0, 8)
    const before: Part = { header: 'h', body: 'dddddddd' }
    assert.equal(identify([before, ...piece, before], 9, 8), alone)
    assert.notEqual(identify([before, ...piece, before], 8, 8), alone)
    assert.notEqual(identify([{ header: 'h1', body: 'ccc' }, { header: 'h2', body: '' }], 0, 8), alone) // prettier-ignore
  })

  test('asked in order, it finds bodies that reach over several pieces, and forgets those behind', () => {
    const bodies = new KnownBodies()
    const pieces = 5000
    for (let number = 0; number < pieces; number += 1) bodies.note(number * 10 + 1, 9, String(number))
    const zeros = new Uint8Array(10)
    const seen = new Set<string>()
    for (let number = 0; number < pieces; number += 1) seen.add(bodies.identify(zeros, number * 10, ''))
    assert.equal(seen.size, pieces)
    const large = new KnownBodies()
    large.note(0, 1000, 'large')
    assert.equal(new Set([0, 10, 20].map((start) => large.identify(zeros, start, ''))).size, 3)
  })
})
