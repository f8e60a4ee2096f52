import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import {
  directory,
  file,
  hardLink,
  layerOf,
  opaque,
  symbolicLink,
  whiteout,
  type LayerItem,
} from '../../test/support/layers.ts'
import { readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { defaultLimits } from '../std/limits.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { openFileTree, type FileTree } from './file-tree.ts'

const job = createJob()

/** Opens the merged view of layers with these members, lowest first, and closes it behind the work. */
async function withTree(layers: readonly (readonly LayerItem[])[], work: (tree: FileTree) => unknown): Promise<void> {
  await using cache = await temporaryDirectory()
  await using tree = await openFileTree({ layers: await Promise.all(layers.map(layerOf)) }, cache.path, job)
  await work(tree)
}

async function text(tree: FileTree, path: string): Promise<string> {
  const entry = tree.get(path)
  assert(entry !== undefined, `${path} is not there`)
  return Buffer.from(await tree.read(entry, 1000)).toString()
}

function paths(tree: FileTree, under?: string): readonly string[] {
  return Array.from(tree.entries(under), ({ path }) => path)
}

describe('layers are applied:', () => {
  test('files of a higher layer replace those of a lower one', () =>
    withTree([[file('a', 'low'), file('b', 'low')], [file('a', 'high')]], async (tree) => {
      assert.deepEqual([await text(tree, 'a'), await text(tree, '/b')], ['high', 'low'])
      assert.deepEqual([tree.get('a')?.layer, tree.get('b')?.layer], [1, 0])
      assert.equal(tree.get('a')?.diffId, tree.layers[1]?.index.diffId)
    }))

  test('a whiteout deletes a file, a directory, and nothing else', () =>
    withTree(
      [
        [file('a'), file('d/e'), file('f')],
        [whiteout('a'), whiteout('d'), whiteout('none')],
      ],
      (tree) => {
        assert.deepEqual(paths(tree), ['/', '/f'])
        assert.equal(tree.get('a'), undefined)
        assert.equal(tree.get('d/e'), undefined)
      },
    ))

  test('what was deleted can come back, without what was in it', () =>
    withTree([[file('d/old')], [whiteout('d')], [file('d/new')]], (tree) => {
      assert.deepEqual(paths(tree), ['/', '/d', '/d/new'])
      assert.equal(tree.get('d/old'), undefined)
    }))

  test('an opaque directory hides what lower layers have in it, not what its own layer and higher ones have', () =>
    withTree([[file('d/a'), file('d/e/f')], [opaque('d'), file('d/b')], [file('d/c')]], (tree) => {
      assert.deepEqual(paths(tree, 'd'), ['/d', '/d/b', '/d/c'])
      assert.equal(tree.get('d/e'), undefined)
    }))

  test('a directory becomes a file and a directory again, without its old content', () =>
    withTree([[file('d/a')], [file('d', 'file')], [file('d/b')]], (tree) => {
      assert.deepEqual(paths(tree), ['/', '/d', '/d/b'])
    }))

  test('a directory’s attributes come from the highest layer that writes them, and its children stay', () =>
    withTree(
      [
        [directory('d', { mode: 0o700, uid: 1 }), file('d/a')],
        [directory('d', { mode: 0o750, uid: 2 })],
        [file('d/b')],
      ],
      (tree) => {
        const entry = tree.get('d')
        assert.deepEqual([entry?.mode, entry?.uid, entry?.layer], [0o750, 2, 1])
        assert.deepEqual(paths(tree, '/d'), ['/d', '/d/a', '/d/b'])
      },
    ))

  test('a directory that only a higher layer implies replaces a symbolic link, as with overlayfs', () =>
    withTree([[directory('usr/lib'), symbolicLink('lib', 'usr/lib')], [file('lib/x')]], (tree) => {
      assert.deepEqual(paths(tree, 'lib'), ['/lib', '/lib/x'])
      assert.deepEqual([tree.get('lib')?.mode, tree.get('lib')?.uid], [0o755, 0])
      assert.equal(tree.get('usr/lib/x'), undefined)
    }))

  test('a hard link to a lower layer leads to the file that was there, also where it is deleted', () =>
    withTree(
      [
        [file('a', 'content', { mode: 0o600 }), symbolicLink('up', '/')],
        [hardLink('b', 'up/a'), whiteout('a')],
        [hardLink('c', 'b')],
      ],
      async (tree) => {
        assert.equal(tree.get('a'), undefined)
        for (const path of ['b', 'c']) {
          const entry = tree.get(path)
          assert.deepEqual([entry?.kind, entry?.mode, entry?.layer], ['file', 0o600, 0])
          assert.equal(await text(tree, path), 'content')
        }
        assert.equal(tree.get('b')?.inode, tree.get('c')?.inode)
      },
    ))

  test('hard links of one layer have one inode, files of different layers never', () =>
    withTree([[file('a'), hardLink('b', 'a')], [file('c')]], (tree) => {
      assert.equal(tree.get('a')?.inode, tree.get('b')?.inode)
      assert.equal(new Set(Array.from(tree.entries(), ({ inode }) => inode)).size, 3)
    }))

  test('the same layer twice is the same as once', async () => {
    const items = [file('a')]
    await withTree([items, [whiteout('a')], items], (tree) => {
      assert.deepEqual(paths(tree), ['/', '/a'])
      assert.equal(tree.get('a')?.layer, 2)
    })
  })

  test('an image without layers is empty', () =>
    withTree([], (tree) => {
      assert.deepEqual([...tree.entries()], [])
      assert.deepEqual([tree.get('/'), tree.resolve('/'), [...tree.children('/')].length], [undefined, undefined, 0])
    }))
})

describe('an image is refused', () => {
  test('when a hard link leads nowhere, or to a directory of a lower layer', async () => {
    for (const lower of [[], [directory('x')], [symbolicLink('x', '.'), whiteout('x')]]) {
      await assert.rejects(
        withTree([lower, [hardLink('h', lower.length === 2 ? 'x/y' : 'x')]], () => undefined),
        { name: 'FileTreeError', code: 'bad-layer' },
      )
    }
  })

  test('when it has more layers than the limit', async () => {
    const layers = [await layerOf([]), await layerOf([])]
    const strict = createJob({ limits: { ...defaultLimits, layersMax: 1 } })
    await assert.rejects(openFileTree({ layers }, 'unused', strict), { code: 'too-large' })
  })
})

test('hard links through links through links, layer on layer, take no time', async () => {
  const layers = [[directory('d'), symbolicLink('l0', '.')]]
  for (let layer = 1; layer <= 20; layer += 1) {
    layers.push([hardLink(`l${layer}`, `${`l${layer - 1}/`.repeat(39)}l${layer - 1}`)])
  }
  await withTree(layers, (tree) => {
    assert.equal(tree.resolve('l20/l19/d')?.path, '/d')
    assert.equal(tree.get('l20')?.linkTarget, '.')
  })
})

describe('resolve', () => {
  const layers = [
    [
      directory('usr/bin'),
      file('usr/bin/env', 'env'),
      symbolicLink('bin', 'usr/bin'),
      symbolicLink('abs', '/usr/bin/env'),
      symbolicLink('out', '../../../usr/bin/../bin/env'),
      symbolicLink('usr/bin/up', '..'),
      symbolicLink('loop', 'loop'),
      symbolicLink('gone', 'nowhere'),
      symbolicLink('slash', 'usr/bin/env/'),
      symbolicLink('dir-slash', 'usr/'),
      symbolicLink('chain0', 'usr'),
      ...Array.from({ length: 41 }, (_, number) => symbolicLink(`chain${number + 1}`, `chain${number}`)),
    ],
    [symbolicLink('over', 'bin/up/bin/env')],
  ]
  const found: readonly (readonly [string, string | undefined])[] = [
    ['/bin/env', '/usr/bin/env'],
    ['bin/env', '/usr/bin/env'],
    ['abs', '/usr/bin/env'],
    ['out', '/usr/bin/env'],
    ['over', '/usr/bin/env'],
    ['/bin/../bin/env', '/usr/bin/env'],
    ['/bin/up', '/usr'],
    ['/../..', '/'],
    ['', '/'],
    ['/usr/bin/', '/usr/bin'],
    ['/bin/', '/usr/bin'],
    ['dir-slash', '/usr'],
    ['/usr/./bin/.', '/usr/bin'],
    ['chain39', '/usr'],
    ['chain40', undefined],
    ['loop', undefined],
    ['loop/x', undefined],
    ['gone', undefined],
    ['slash', undefined],
    ['/usr/bin/env/', undefined],
    ['/usr/bin/env/.', undefined],
    ['/usr/bin/env/..', undefined],
    ['/nowhere/../usr', undefined],
  ]
  for (const [path, expected] of found) {
    test(`${JSON.stringify(path)} is ${expected ?? 'nothing'}`, () =>
      withTree(layers, (tree) => {
        assert.equal(tree.resolve(path)?.path, expected)
      }))
  }

  test('leaves a link at the end as it is when asked to, but follows those before, and one with a slash behind', () =>
    withTree(layers, (tree) => {
      const follow = { followLast: false }
      assert.equal(tree.resolve('/bin/up', follow)?.path, '/usr/bin/up')
      assert.equal(tree.resolve('loop', follow)?.kind, 'symbolic-link')
      assert.equal(tree.resolve('/bin/', follow)?.path, '/usr/bin')
    }))
})

test('get and children follow no links', () =>
  withTree([[directory('d/e'), symbolicLink('l', 'd')]], (tree) => {
    assert.equal(tree.get('l')?.kind, 'symbolic-link')
    assert.deepEqual([tree.get('l/e'), tree.get('d/../d')], [undefined, undefined])
    assert.deepEqual([...tree.children('l'), ...tree.children('none')], [])
    assert.deepEqual(
      Array.from(tree.children('d'), ({ path }) => path),
      ['/d/e'],
    )
  }))

describe('content', () => {
  test('is read from the tar, in full and from an offset', () =>
    withTree([[file('pad', 'x'), file('big', Buffer.alloc(700_000, 'wherry'))]], async (tree) => {
      const entry = tree.get('big')
      assert(entry !== undefined)
      const whole = Buffer.from(await tree.read(entry, 700_000))
      assert(whole.equals(Buffer.alloc(700_000, 'wherry')))
      for (const offset of [0, 1, 262_144, 699_999, 700_000]) {
        assert(whole.subarray(offset).equals(await readAll(tree.openFile(entry, job, offset), 700_000)))
      }
    }))

  test('over the bound is refused', () =>
    withTree([[file('a', 'four')]], async (tree) => {
      const entry = tree.get('a')
      assert(entry !== undefined)
      await assert.rejects(tree.read(entry, 3), { code: 'too-large', message: '/a has 4 bytes, more than 3' })
    }))

  test('of an empty file is empty', () =>
    withTree([[file('a')]], async (tree) => {
      assert.equal(await text(tree, 'a'), '')
    }))

  test('can be given up in the middle', () =>
    withTree([[file('a', Buffer.alloc(600_000))]], async (tree) => {
      const stop = new AbortController()
      const entry = tree.get('a')
      assert(entry !== undefined)
      await assert.rejects(async () => {
        for await (const _ of tree.openFile(entry, createJob({ signal: stop.signal }))) stop.abort(new Error('enough'))
      }, /enough/)
    }))
})
