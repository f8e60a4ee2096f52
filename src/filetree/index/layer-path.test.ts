import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { checkNames, LayerPathError, readLayerPath } from './layer-path.ts'

const pathBytesMax = 4096

describe('readLayerPath', () => {
  const paths: readonly (readonly [string, string])[] = [
    ['a/b', 'a b'],
    ['./a//b/', 'a b'],
    ['/etc/passwd', 'etc passwd'],
    ['../../etc/passwd', 'etc passwd'],
    ['a/../../b', 'b'],
    ['a/b/..', 'a'],
    ['...', '...'],
    ['.wh.a/b', '.wh.a b'],
  ]
  for (const [path, names] of paths) {
    test(`${JSON.stringify(path)} is the path ${names}`, () => {
      const place = readLayerPath(path, pathBytesMax)
      assert(place.meaning === 'path')
      assert.deepEqual([...place.folders, place.name].join(' '), names)
    })
  }

  for (const path of ['', '/', '.', './', '..', '../..', 'a/..']) {
    test(`${JSON.stringify(path)} is the root`, () => {
      assert.deepEqual(readLayerPath(path, pathBytesMax), { meaning: 'root' })
    })
  }

  test('.wh.NAME is a whiteout of NAME', () => {
    assert.deepEqual(readLayerPath('a/.wh.b', pathBytesMax), { meaning: 'whiteout', folders: ['a'], name: 'b' })
    assert.deepEqual(readLayerPath('.wh...b', pathBytesMax), { meaning: 'whiteout', folders: [], name: '..b' })
  })

  test('.wh..wh..opq is the opaque marker of its folder', () => {
    assert.deepEqual(readLayerPath('a/.wh..wh..opq', pathBytesMax), { meaning: 'opaque', folders: ['a'] })
    assert.deepEqual(readLayerPath('.wh..wh..opq', pathBytesMax), { meaning: 'opaque', folders: [] })
  })

  for (const path of ['.wh..wh.plnk', '.wh..wh.aufs', 'a/.wh..wh.orph']) {
    test(`${path} is of AUFS and ignored`, () => {
      assert.deepEqual(readLayerPath(path, pathBytesMax), { meaning: 'ignored' })
    })
  }

  for (const path of ['.wh.', 'a/.wh..', 'a/.wh...']) {
    test(`${path} is a whiteout of nothing, and refused`, () => {
      assert.throws(() => readLayerPath(path, pathBytesMax), LayerPathError)
    })
  }

  test('a name may have 255 bytes, and one more as little as in the kernel; whiteouts likewise', () => {
    const longest = 'é'.repeat(127) + 'x'
    assert.equal(readLayerPath(longest, pathBytesMax).meaning, 'path')
    assert.equal(readLayerPath(`.wh.${longest}`, pathBytesMax).meaning, 'whiteout')
    assert.throws(() => readLayerPath(`${longest}x`, pathBytesMax), /256 bytes/)
    assert.throws(() => readLayerPath(`.wh.${longest}x`, pathBytesMax), /256 bytes/)
  })

  test('a path may have as many bytes as the limit says', () => {
    assert.equal(readLayerPath('a/'.repeat(2048), pathBytesMax).meaning, 'path')
    assert.throws(() => readLayerPath('a/'.repeat(2049), pathBytesMax), /more than 4096 bytes/)
  })

  test('a NUL is refused', () => {
    assert.throws(() => readLayerPath('a\0b', pathBytesMax), /NUL/)
  })
})

test('a name that is no UTF-8 counts by its bytes', () => {
  checkNames(['\udcff'.repeat(255)], pathBytesMax)
  assert.throws(() => checkNames(['\udcff'.repeat(256)], pathBytesMax), LayerPathError)
})
