import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { TarParser } from '../../archive/tar-parser.ts'
import { digestOf, type Digest } from '../../image/digest.ts'
import { defaultLimits } from '../../std/limits.ts'
import { device, file, hardLink, symbolicLink, tarOf, whiteout, type LayerItem } from '../../../test/support/layers.ts'
import type { LayerEntry } from '../file-entry.ts'
import { LayerIndex } from '../layer-index.ts'
import { decodeLayerIndex } from './decode.ts'
import { encodeLayerIndex } from './encode.ts'
import { checksumBytes, headerBytes } from './format.ts'
import { LayerTree } from './layer-tree.ts'
import { TarPass } from './tar-pass.ts'

async function indexFileOf(items: readonly LayerItem[]): Promise<{ indexFile: ArrayBuffer; diffId: Digest }> {
  const tar = await tarOf(items)
  const diffId = digestOf(tar)
  const tree = new LayerTree('layer', defaultLimits)
  const parser = new TarParser(new TarPass(tree), defaultLimits)
  parser.push(tar)
  parser.finish()
  return { indexFile: encodeLayerIndex(tree, diffId, tar.length), diffId }
}

const small = await indexFileOf([
  file('d/f', 'x', { xattrs: new Map([['user.a', Buffer.from('b')]]) }),
  hardLink('d/h', 'd/f'),
  symbolicLink('l', 'd'),
  device('n', 1, 3),
  whiteout('w'),
])

/** Everything that an entry can be asked. */
function readAllOf(entry: LayerEntry): unknown {
  const { path, kind, inode, isOpaque, isImplied, mode, uid, gid, sizeBytes, storedBytes, modified, linkTarget } = entry
  const { deviceMajor, deviceMinor, xattrs, sparse, dataOffsetBytes, digest } = entry
  const first = [path, kind, inode, isOpaque, isImplied, mode, uid, gid, sizeBytes, storedBytes, modified, linkTarget]
  return [...first, deviceMajor, deviceMinor, [...xattrs], sparse, dataOffsetBytes, digest]
}

describe('an index file', () => {
  test('is sound as it was made', () => {
    assert(decodeLayerIndex(small.indexFile, small.diffId) !== undefined)
  })

  test('with any one byte changed is noticed', () => {
    for (let position = 0; position < small.indexFile.byteLength; position += 1) {
      const damaged = small.indexFile.slice(0)
      const bytes = new Uint8Array(damaged)
      bytes[position] = (bytes[position] ?? 0) ^ (1 << (position % 8))
      assert.equal(decodeLayerIndex(damaged, small.diffId), undefined, `byte ${position}`)
    }
  })

  test('cut short anywhere, or too long, is noticed', () => {
    for (let length = 0; length < small.indexFile.byteLength; length += 1) {
      assert.equal(decodeLayerIndex(small.indexFile.slice(0, length), small.diffId), undefined, `${length} bytes`)
    }
    const longer = Buffer.concat([new Uint8Array(small.indexFile), Buffer.alloc(8)])
    assert.equal(decodeLayerIndex(longer.buffer.slice(0, longer.length), small.diffId), undefined)
  })

  test('of another layer is not taken', () => {
    assert.equal(decodeLayerIndex(small.indexFile, digestOf(Buffer.from('other'))), undefined)
  })

  test('with wrong numbers under a right check sum is refused, or can be read to the end', () => {
    const change = fc.record({ position: fc.nat(), value: fc.integer({ min: 0, max: 255 }) })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const wrong = small.indexFile.slice(0)
        const bytes = new Uint8Array(wrong)
        const bodyBytes = bytes.length - checksumBytes
        for (const { position, value } of changes) bytes[headerBytes + (position % (bodyBytes - headerBytes))] = value
        bytes.set(hash('sha256', bytes.subarray(0, bodyBytes), 'buffer'), bodyBytes)
        const data = decodeLayerIndex(wrong, small.diffId)
        if (data === undefined) return
        const index = new LayerIndex(data)
        const entries = [...index.entries()]
        assert(entries.length === index.entryCount)
        for (const entry of entries) readAllOf(entry)
        for (const entry of entries) index.get(entry.path)
      }),
      { numRuns: 3000 },
    )
  })

  test('with wrong counts in its header under a right check sum is refused', () => {
    for (const field of [3, 4, 5]) {
      for (const value of [0, 1, 2 ** 31, 2 ** 32 - 1]) {
        const wrong = small.indexFile.slice(0)
        const bytes = new Uint8Array(wrong)
        new Uint32Array(wrong, 0, 6)[field] = value
        bytes.set(hash('sha256', bytes.subarray(0, -checksumBytes), 'buffer'), bytes.length - checksumBytes)
        assert.equal(decodeLayerIndex(wrong, small.diffId), undefined)
      }
    }
  })

  test('takes about a hundred bytes an entry', async () => {
    const { indexFile } = await indexFileOf(Array.from({ length: 1000 }, (_, number) => file(`folder/file-${number}`)))
    assert(indexFile.byteLength < 1000 * 110)
  })
})
