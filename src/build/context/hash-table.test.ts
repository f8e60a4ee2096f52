import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SystemStat } from '../../std/syscalls-stat.ts'
import { decodeHashTable, encodeHashTable, identityOf, type HashRecord } from './hash-table.ts'

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 })
const seconds = fc.integer({ min: -(2 ** 40), max: 2 ** 40 })
const nanoseconds = fc.integer({ min: 0, max: 999_999_999 })

const stat: fc.Arbitrary<SystemStat> = fc.record({
  mode: fc.constant(0o100644),
  linkCount: fc.constant(1),
  sizeBytes: fc.integer({ min: 0, max: 2 ** 45 }),
  inodeHigh: fc.oneof(fc.constant(0), word),
  // Few of them, so that slots are contended for.
  inodeLow: fc.oneof(fc.nat(40), word),
  deviceMajor: fc.nat(3),
  deviceMinor: fc.nat(3),
  nodeMajor: fc.constant(0),
  nodeMinor: fc.constant(0),
  modifiedSeconds: seconds,
  modifiedNanoseconds: nanoseconds,
  changedSeconds: seconds,
  changedNanoseconds: nanoseconds,
})

const stats = fc.uniqueArray(stat, {
  maxLength: 60,
  selector: (each) => [each.deviceMajor, each.deviceMinor, each.inodeHigh, each.inodeLow].join(' '),
})

function recordOf(each: SystemStat, index: number): HashRecord {
  const digest = index % 3 === 0 ? undefined : (`sha256:${String(index).padStart(64, 'a')}` as const)
  return { identity: identityOf(each), digest, age: index % 20 }
}

test('what was written is found again, and nothing else', () => {
  fc.assert(
    fc.property(stats, stat, (all, other) => {
      const table = decodeHashTable(Buffer.from(encodeHashTable(all.map(recordOf))))
      assert.equal(table.count, all.length)
      for (const [index, each] of all.entries()) {
        const found = table.find(each)
        assert.equal(found, index)
        assert.deepEqual(table.read(index), recordOf(each, index))
        assert.equal(table.find({ ...each, sizeBytes: each.sizeBytes + 1 }), undefined)
        assert.equal(table.find({ ...each, changedSeconds: each.changedSeconds + 1 }), undefined)
        assert.equal(table.find({ ...each, modifiedNanoseconds: each.modifiedNanoseconds + 1 }), undefined)
      }
      if (!all.some((each) => each.inodeLow === other.inodeLow)) assert.equal(table.find(other), undefined)
    }),
  )
})

test('what is damaged or cut off is an empty table', () => {
  fc.assert(
    fc.property(stats, fc.nat(), fc.integer({ min: 1, max: 255 }), (all, place, change) => {
      const bytes = Buffer.from(encodeHashTable(all.map(recordOf)))
      const at = place % bytes.length
      assert.equal(decodeHashTable(bytes.subarray(0, at)).count, 0)
      bytes[at] = (bytes[at] ?? 0) ^ change
      assert.equal(decodeHashTable(bytes).count, 0)
    }),
  )
})
