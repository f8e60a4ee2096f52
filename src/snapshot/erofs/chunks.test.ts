import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { SparseRun } from '../../archive/tar-entry.ts'
import type { FileAttributes } from '../../filetree/file-entry.ts'
import { chunksOf } from './chunks.ts'

function fileOf(sizeBytes: number, sparse?: readonly SparseRun[], dataOffsetBytes = 5 * 512): FileAttributes {
  return {
    mode: 0o644,
    uid: 0,
    gid: 0,
    sizeBytes,
    modified: { seconds: 0, nanoseconds: 0 },
    linkTarget: '',
    deviceMajor: 0,
    deviceMinor: 0,
    xattrs: new Map(),
    sparse,
    dataOffsetBytes,
    storedBytes: sizeBytes,
    digest: undefined,
  }
}

test('a file without holes is one chunk', () => {
  for (const [sizeBytes, bits] of [
    [1, 0],
    [512, 0],
    [513, 1],
    [1024, 1],
    [1_000_000, 11],
  ] as const) {
    assert.deepEqual(chunksOf(fileOf(sizeBytes)), { bits, blocks: [5] })
  }
})

test('holes between data make chunks as large as they can be', () => {
  const runs = [
    { offsetBytes: 4096, sizeBytes: 4096 },
    { offsetBytes: 16_384, sizeBytes: 100 },
  ]
  const expected = { bits: 3, blocks: [undefined, 5, undefined, undefined, 13] }
  assert.deepEqual(chunksOf(fileOf(16_484, runs)), expected)
})

test('a file of one hole has no block', () => {
  assert.deepEqual(chunksOf(fileOf(10_000, [])), { bits: 5, blocks: [undefined] })
  assert.deepEqual(chunksOf(fileOf(10_000, [{ offsetBytes: 10_000, sizeBytes: 0 }])), { bits: 5, blocks: [undefined] })
})

test('pieces of odd sizes, and too many of them, cannot be said', () => {
  assert.equal(chunksOf(fileOf(5000, [{ offsetBytes: 0, sizeBytes: 100 }])), undefined)
  assert.equal(chunksOf(fileOf(5000, [{ offsetBytes: 100, sizeBytes: 512 }])), undefined)
  assert.equal(chunksOf(fileOf(2 ** 40, [{ offsetBytes: 512, sizeBytes: 512 }])), undefined)
  assert.equal(chunksOf(fileOf(100, undefined, 2 ** 41)), undefined)
})

test('each byte of a sparse file is where its chunk says', () => {
  const blockRuns = fc.uniqueArray(fc.nat(200), { maxLength: 20 })
  fc.assert(
    fc.property(blockRuns, fc.integer({ min: 1, max: 512 }), (numbers, lastBytes) => {
      const sorted = numbers.toSorted((a, b) => a - b)
      const sizeBytes = 200 * 512 + lastBytes
      const runs = sorted.map((block) => ({
        offsetBytes: block * 512,
        sizeBytes: Math.min(512, sizeBytes - block * 512),
      }))
      const chunks = chunksOf(fileOf(sizeBytes, runs))
      assert.ok(chunks !== undefined)
      const blocksEach = 2 ** chunks.bits
      for (let block = 0; block <= 200; block += 1) {
        const start: number | undefined = chunks.blocks[Math.floor(block / blocksEach)]
        const place = sorted.indexOf(block)
        const expected = place === -1 ? undefined : 5 + place
        assert.equal(start === undefined ? undefined : start + (block % blocksEach), expected)
      }
    }),
  )
})
