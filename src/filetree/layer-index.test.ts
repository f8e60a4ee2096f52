import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  describeLayer,
  device,
  directory,
  fifo,
  file,
  hardLink,
  layerOf,
  opaque,
  symbolicLink,
  whiteout,
  type LayerItem,
} from '../../test/support/layers.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { indexLayer } from './index-layer.ts'
import type { LayerIndex } from './layer-index.ts'

async function indexOf(items: readonly LayerItem[]): Promise<LayerIndex> {
  await using cache = await temporaryDirectory()
  await using layer = await indexLayer(await layerOf(items), cache.path, createJob())
  return layer.index
}

async function assertTree(items: readonly LayerItem[], expected: readonly string[]): Promise<void> {
  assert.deepEqual(describeLayer(await indexOf(items)).slice(1), expected)
}

describe('an entry', () => {
  test('has everything that its header says', async () => {
    const xattrs = new Map([
      ['user.b', Buffer.from([0, 255])],
      ['security.capability', Buffer.from('x')],
    ])
    const modified = { seconds: -5, nanoseconds: 123_456_789 }
    const index = await indexOf([
      file('bin/tool', 'content', { mode: 0o4755, uid: 1000, gid: 70_000, modified, xattrs }),
      device('dev/null', 1, 3),
      fifo('dev/pipe'),
      symbolicLink('bin/link', '../x y'),
    ])
    const entry = index.get('/bin/tool')
    assert(entry !== undefined)
    assert.equal(entry.kind, 'file')
    assert.equal(entry.path, '/bin/tool')
    assert.equal(entry.mode, 0o4755)
    assert.deepEqual([entry.uid, entry.gid, entry.sizeBytes, entry.storedBytes], [1000, 70_000, 7, 7])
    assert.deepEqual(entry.modified, modified)
    assert.deepEqual([...entry.xattrs.keys()], ['security.capability', 'user.b'])
    assert.deepEqual(Buffer.from(entry.xattrs.get('user.b') ?? []), Buffer.from([0, 255]))
    assert.equal(entry.digest, 'sha256:ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73')
    assert.equal(entry.dataOffsetBytes % 512, 0)
    const numbers = index.get('dev/null')
    assert.deepEqual([numbers?.kind, numbers?.deviceMajor, numbers?.deviceMinor], ['character-device', 1, 3])
    assert.equal(index.get('dev/pipe')?.kind, 'fifo')
    assert.equal(index.get('bin/link')?.linkTarget, '../x y')
    assert.equal(index.get('bin')?.digest, undefined)
  })

  test('is found by its exact path only', async () => {
    const index = await indexOf([directory('a/b'), symbolicLink('l', 'a')])
    assert.equal(index.get('//a/./b/')?.path, '/a/b')
    assert.equal(index.get('')?.path, '/')
    for (const path of ['a/c', 'l/b', 'a/..', 'a/b/c']) assert.equal(index.get(path), undefined)
  })

  test('may have a name that is no UTF-8', async () => {
    const index = await indexOf([file('\udcff'), file('é'), file('\u{10000}'), file('\uffff'), file('z')])
    assert.deepEqual(
      Array.from(index.entries(), ({ path }) => path),
      ['/', '/z', '/é', '/\uffff', '/\u{10000}', '/\udcff'],
    )
    assert.equal(index.get('\udcff')?.path, '/\udcff')
  })
})

describe('entries', () => {
  test('come sorted, parents first, each child with a neighbour’s number', async () => {
    const index = await indexOf([file('a-b'), file('a/b/c'), directory('a', { mode: 0o700 }), file('a/B'), file('Z')])
    assert.deepEqual(describeLayer(index), [
      'directory / implied',
      'file /Z',
      'directory /a',
      'file /a/B',
      'directory /a/b implied',
      'file /a/b/c',
      'file /a-b',
    ])
    assert.equal(index.get('a')?.mode, 0o700)
    assert.equal(index.get('a/b')?.mode, 0o755)
    for (let number = 0; number < index.entryCount; number += 1) {
      const { start, end } = index.childRange(number)
      for (let child = start; child < end; child += 1) assert.equal(index.parentOf(child), number)
      assert.equal(index.get(index.pathOf(number))?.number, number)
    }
    const under = index.get('a')
    assert(under !== undefined)
    assert.deepEqual(
      Array.from(index.children(under), ({ path }) => path),
      ['/a/B', '/a/b'],
    )
    assert.equal([...index.entries(under)].length, 4)
  })

  test('keep what the tar says of the root', async () => {
    const index = await indexOf([directory('./', { mode: 0o711, uid: 5 }), file('.')])
    assert.deepEqual([index.get('/')?.mode, index.get('/')?.uid, index.get('/')?.isImplied], [0o711, 5, false])
  })
})

describe('of several entries with one name', () => {
  test('the last one counts', async () => {
    const index = await indexOf([file('a', 'old'), file('./a', 'new')])
    assert.equal(index.get('a')?.sizeBytes, 3)
    assert.equal(index.get('a')?.digest, 'sha256:11507a0e2f5e69d5dfa40a62a1bd7b6ee57e6bcd85c67c9b8431b36fff21c437')
  })

  test('a directory over a directory keeps what lies in it', () =>
    assertTree([directory('a'), file('a/b'), directory('a')], ['directory /a', 'file /a/b']))

  test('a file over a directory removes what lay in it, and a directory over that starts empty', async () => {
    await assertTree([file('a/b'), file('a')], ['file /a'])
    await assertTree([file('a/b'), file('a'), directory('a')], ['directory /a'])
  })

  test('a directory over a symbolic link replaces it', () =>
    assertTree(
      [directory('x'), symbolicLink('a', 'x'), directory('a'), file('a/b')],
      ['directory /a', 'file /a/b', 'directory /x'],
    ))

  test('a hard link keeps the earlier content when its target is replaced', async () => {
    const index = await indexOf([file('a', 'old'), hardLink('b', 'a'), file('a', 'newer')])
    assert.deepEqual([index.get('a')?.sizeBytes, index.get('b')?.sizeBytes], [5, 3])
    assert.notEqual(index.get('a')?.inode, index.get('b')?.inode)
  })
})

describe('a hard link', () => {
  test('is another name of the same file, and its own header counts', async () => {
    const index = await indexOf([
      file('b', 'x'),
      hardLink('a', '/./b', { mode: 0o600, uid: 7 }),
      hardLink('c', 'a', { mode: 0o600, uid: 7 }),
    ])
    assert.deepEqual(describeLayer(index).slice(1), ['file /a', 'file /b = /a', 'file /c = /a'])
    for (const path of ['a', 'b', 'c']) {
      assert.deepEqual([index.get(path)?.sizeBytes, index.get(path)?.mode, index.get(path)?.uid], [1, 0o600, 7])
    }
  })

  test('to a symbolic link is that link', () =>
    assertTree(
      [symbolicLink('l', '/etc/passwd'), hardLink('h', 'l')],
      ['symbolic-link /h -> /etc/passwd', 'symbolic-link /l -> /etc/passwd = /h'],
    ))

  test('to what is not in the layer yet is one to a lower layer', () =>
    assertTree([hardLink('a', 'x/../b'), file('b')], ['hard-link /a -> /b', 'file /b']))

  test('to itself changes nothing', () => assertTree([file('a'), hardLink('a', 'a')], ['file /a']))

  test('into the folder that AUFS kept such files in works, and the folder is not shown', () =>
    assertTree(
      [directory('.wh..wh.plnk'), file('.wh..wh.plnk/1.2', 'x'), hardLink('a', '.wh..wh.plnk/1.2')],
      ['file /a'],
    ))
})

describe('whiteouts', () => {
  test('stand as such, under the name that they delete', () =>
    assertTree(
      [whiteout('a/b'), opaque('c'), file('c/d')],
      ['directory /a implied', 'whiteout /a/b', 'directory /c implied opaque', 'file /c/d'],
    ))

  test('count for lower layers only, whether they stand before or behind', async () => {
    const expected = ['directory /a opaque', 'file /a/b', 'file /c']
    await assertTree([whiteout('a'), directory('a'), file('a/b'), whiteout('c'), file('c')], expected)
    await assertTree([directory('a'), file('a/b'), whiteout('a'), file('c'), whiteout('c')], expected)
  })

  test('of a folder that then has content make it an opaque one of its own', () =>
    assertTree([whiteout('a'), file('a/b')], ['directory /a opaque', 'file /a/b']))
})
