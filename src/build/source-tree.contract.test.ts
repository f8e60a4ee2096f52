import assert from 'node:assert/strict'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { spawnSync } from 'node:child_process'
import { directory, fifo, file, hardLink, layerOf, symbolicLink, tarOf } from '../../test/support/layers.ts'
import { openFileTree } from '../filetree/file-tree.ts'
import { digestOf } from '../image/digest.ts'
import { byteStream, readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { folderTree } from './context/folder-tree.ts'
import { imageTree } from './context/image-tree.ts'
import { tarTree } from './context/tar-tree.ts'
import type { SourceEntry, SourceTree } from './source-tree.ts'

const job = createJob()

const members = [
  directory('d', { mode: 0o750 }),
  file('d/a', 'A', { modified: { seconds: 5, nanoseconds: 0 } }),
  file('d/empty'),
  hardLink('d/same', 'd/a', { modified: { seconds: 5, nanoseconds: 0 } }),
  directory('d/e'),
  file('d/e/b', 'B', { mode: 0o4755 }),
  symbolicLink('l', 'd/e'),
  symbolicLink('up', '../../../d/a'),
  symbolicLink('abs', '/d/a'),
  symbolicLink('round', 'round'),
  symbolicLink('dangling', 'nowhere'),
  fifo('pipe'),
  file('big', 'x'.repeat(1_000_000)),
]

/** The same files as each kind of tree. */
const kinds: readonly (readonly [name: string, open: (held: AsyncDisposableStack) => Promise<SourceTree>])[] = [
  [
    'a folder',
    async (held) => {
      const { path } = held.use(await temporaryDirectory())
      await mkdir(join(path, 'in'))
      const done = spawnSync('tar', ['-xpC', join(path, 'in')], { input: await tarOf(members) })
      assert.equal(done.status, 0, done.stderr.toString())
      const options = { patterns: [], title: 'the tree', hashCacheDirectory: join(path, 'cache') }
      return held.use(await folderTree(join(path, 'in'), options, job))
    },
  ],
  [
    'an image',
    async (held) => {
      const { path } = held.use(await temporaryDirectory())
      const files = held.use(await openFileTree({ layers: [await layerOf(members)] }, path, job))
      return held.use(imageTree(files, 'the tree'))
    },
  ],
  [
    'a tar',
    async (held) => {
      const { path } = held.use(await temporaryDirectory())
      const tar = held.use(await tarTree(byteStream(await tarOf(members)), 'the tree', path, job))
      return held.use(tar.tree([]))
    },
  ],
]

for (const [name, open] of kinds) {
  describe(`${name} as a source:`, () => {
    const withTree = async (work: (tree: SourceTree) => Promise<void>): Promise<void> => {
      await using held = new AsyncDisposableStack()
      await work(await open(held))
    }
    const find = async (tree: SourceTree, path: string, followLast = true): Promise<SourceEntry> => {
      const entry = await tree.lookup(path, { followLast }, job)
      assert(entry !== undefined, `${path} is not there`)
      return entry
    }

    test('entries have kind, mode, owner, size, time and target', () =>
      withTree(async (tree) => {
        const { kind, mode, uid, sizeBytes, modified } = await find(tree, '/d/a')
        assert.deepEqual({ kind, mode, uid, sizeBytes }, { kind: 'file', mode: 0o644, uid: 0, sizeBytes: 1 })
        assert.deepEqual(modified, { seconds: 5, nanoseconds: 0 })
        assert.equal((await find(tree, '/d/e/b')).mode, 0o4755)
        assert.deepEqual([(await find(tree, '/d')).kind, (await find(tree, '/d')).mode], ['directory', 0o750])
        assert.equal((await find(tree, '/l', false)).linkTarget, 'd/e')
        assert.equal((await find(tree, '/pipe')).kind, 'fifo')
      }))

    test('links are followed inside, and .. does not lead out', () =>
      withTree(async (tree) => {
        for (const path of ['/up', '/abs', '/l/../a', '/../d/a', 'd/a']) {
          assert.equal((await find(tree, path)).path, '/d/a', path)
        }
        assert.equal((await find(tree, '/l/b')).path, '/d/e/b')
        assert.equal((await find(tree, '/')).path, '/')
      }))

    test('what is not there is undefined', () =>
      withTree(async (tree) => {
        for (const path of ['/none', '/d/none', '/d/a/b', '/d/a/', '/round', '/dangling']) {
          assert.equal(await tree.lookup(path, { followLast: true }, job), undefined, path)
        }
      }))

    test('a directory has its children by the bytes of their names', () =>
      withTree(async (tree) => {
        const children = await tree.children(await find(tree, '/d'), job)
        assert.deepEqual(
          children.map((entry) => entry.path),
          ['/d/a', '/d/e', '/d/empty', '/d/same'],
        )
      }))

    test('names of one file have one inode, and no other file has it', () =>
      withTree(async (tree) => {
        const [a, , empty, same] = await tree.children(await find(tree, '/d'), job)
        assert.equal(a?.inode, same?.inode)
        assert.notEqual(a?.inode, empty?.inode)
      }))

    test('content and digest are those of the file', () =>
      withTree(async (tree) => {
        for (const [path, content] of [
          ['/d/a', 'A'],
          ['/d/empty', ''],
          ['/big', 'x'.repeat(1_000_000)],
        ] as const) {
          const entry = await find(tree, path)
          assert.equal(Buffer.from(await readAll(tree.open(entry, job), 1e7)).toString(), content)
          assert.equal(await tree.digest(entry, job), digestOf(Buffer.from(content)))
        }
      }))

    test('a cancelled job looks for nothing', () =>
      withTree(async (tree) => {
        const cancelled = createJob({ signal: AbortSignal.abort(new Error('cancelled')) })
        await assert.rejects(tree.lookup('/d', { followLast: true }, cancelled), /cancelled/)
      }))
  })
}
