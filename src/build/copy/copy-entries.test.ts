import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { copyRequest, latestSeconds, withCopy, type CopyResult } from '../testing/copies.ts'
import { directory, file, hardLink, layerOf, symbolicLink, type LayerItem } from '../../../test/support/layers.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { writeTar } from '../../archive/tar-writer.ts'
import { byteStream } from '../../std/bytes.ts'
import { openFileTree } from '../../filetree/file-tree.ts'
import { imageTree } from '../context/image-tree.ts'
import { tarTree } from '../context/tar-tree.ts'
import type { CopyRequest } from './copy-request.ts'

const job = createJob()

/** Copies from a context with these members. */
async function copied(
  context: readonly LayerItem[],
  request: Partial<CopyRequest> & Pick<CopyRequest, 'sources' | 'destination'>,
  below: readonly LayerItem[] | undefined,
  work: (result: CopyResult) => Promise<void> | void,
): Promise<void> {
  await using scratch = await temporaryDirectory()
  const contents = context.map(({ entry, content }) => ({ entry, body: byteStream(content) }))
  await using tar = await tarTree(writeTar(contents, job), 'the build context', scratch.path, job)
  await withCopy(tar.tree([]), copyRequest(request), below, work)
}

describe('the destination of a file:', () => {
  test('a path is its new name, and the folders of it are made', () =>
    copied([file('a', 'A')], { sources: ['a'], destination: '/x/y/b' }, [], async ({ paths, at }) => {
      assert.deepEqual(paths, ['x/', 'x/y/', 'x/y/b'])
      assert.equal(await at('/x/y/b'), 'file 644 0:0 A')
      assert.equal(await at('/x'), 'directory 755 0:0')
    }))

  test('a path with a slash at its end is a folder', () =>
    copied([file('a', 'A')], { sources: ['a'], destination: '/x/' }, [], async ({ at }) => {
      assert.equal(await at('/x/a'), 'file 644 0:0 A')
    }))

  test('a relative path begins at the working directory', () =>
    copied([file('a')], { sources: ['a'], destination: '.', workingDirectory: '/work' }, [], ({ paths }) => {
      assert.deepEqual(paths, ['work/', 'work/a'])
    }))

  test('a folder that is there takes it in', () =>
    copied([file('a')], { sources: ['a'], destination: '/x' }, [directory('x', { mode: 0o700 })], async ({ at }) => {
      assert.equal(await at('/x/a'), 'file 644 0:0 ')
      assert.equal(await at('/x'), 'directory 700 0:0')
    }))

  test('a folder on the way keeps mode, owner and time in the layer', () =>
    copied(
      [file('a')],
      { sources: ['a'], destination: '/x/y/' },
      [directory('x', { mode: 0o1777, uid: 5, gid: 6, modified: { seconds: 77, nanoseconds: 8 } }), directory('x/y')],
      ({ entryOf }) => {
        const { mode, uid, gid, modified } = entryOf('x/') ?? {}
        assert.deepEqual(
          { mode, uid, gid, modified },
          { mode: 0o1777, uid: 5, gid: 6, modified: { seconds: 77, nanoseconds: 8 } },
        )
      },
    ))

  test('a file is replaced, and so is a link, which is not written through', () =>
    copied(
      [file('a', 'new')],
      { sources: ['a'], destination: '/x/' },
      [symbolicLink('x/a', '/etc/passwd'), file('etc/passwd', 'root')],
      async ({ at }) => {
        assert.equal(await at('/x/a'), 'file 644 0:0 new')
        assert.equal(await at('/etc/passwd'), 'file 644 0:0 root')
      },
    ))

  test('a link as the whole destination is followed', () =>
    copied(
      [file('a', 'new')],
      { sources: ['a'], destination: '/x' },
      [symbolicLink('x', 'y'), file('y', 'old')],
      async ({ at }) => assert.deepEqual([await at('/x'), await at('/y')], ['link -> y', 'file 644 0:0 new']),
    ))

  test('a folder in its place is no file', () =>
    assert.rejects(
      copied([file('a')], { sources: ['a'], destination: '/x/' }, [directory('x/a')], () => undefined),
      { code: 'bad-destination' },
    ))

  test('a file on the way is no folder', () =>
    assert.rejects(
      copied([file('a')], { sources: ['a'], destination: '/x/y' }, [file('x')], () => undefined),
      { code: 'bad-destination' },
    ))
})

describe('the destination of a folder:', () => {
  const context = [
    directory('d', { mode: 0o700 }),
    file('d/a', 'A'),
    directory('d/e', { mode: 0o750 }),
    file('d/e/b', 'B'),
  ]

  test('its content is copied, and the folder that is made for it is an ordinary one', () =>
    copied(context, { sources: ['d'], destination: '/x' }, [], async ({ paths, at }) => {
      assert.deepEqual(paths, ['x/', 'x/a', 'x/e/', 'x/e/b'])
      assert.equal(await at('/x'), 'directory 755 0:0')
      assert.equal(await at('/x/e'), 'directory 750 0:0')
    }))

  test('a folder that is there stays as it is; one in it takes mode and owner of the one that is copied', () =>
    copied(
      context,
      { sources: ['d'], destination: '/x' },
      [directory('x', { mode: 0o711, uid: 3 }), directory('x/e', { mode: 0o777, uid: 4 }), file('x/e/old')],
      async ({ at }) => {
        assert.equal(await at('/x'), 'directory 711 3:0')
        assert.equal(await at('/x/e'), 'directory 750 0:0')
        assert.equal(await at('/x/e/old'), 'file 644 0:0 ')
      },
    ))

  test('a link to a folder as the destination is followed, inside of the image', () =>
    copied(
      context,
      { sources: ['d'], destination: '/x' },
      [symbolicLink('x', '../../real'), directory('real')],
      async ({ paths, at }) => {
        assert.deepEqual(paths, ['real/', 'real/a', 'real/e/', 'real/e/b'])
        assert.equal(await at('/x'), 'link -> ../../real')
      },
    ))

  test('a link in the place of one of its folders is an error, so nothing is written through it', () =>
    assert.rejects(
      copied(context, { sources: ['d'], destination: '/x' }, [symbolicLink('x/e', '/etc')], () => undefined),
      { code: 'bad-destination' },
    ))

  test('the layer has no folder where the image has a link', () =>
    copied(
      [file('tool', 'T')],
      { sources: ['tool'], destination: '/bin/tool' },
      [symbolicLink('bin', 'usr/bin'), directory('usr/bin')],
      ({ paths }) => assert.deepEqual(paths, ['usr/', 'usr/bin/', 'usr/bin/tool']),
    ))

  test('links in a circle lead nowhere', () =>
    assert.rejects(
      copied(
        context,
        { sources: ['d'], destination: '/x' },
        [symbolicLink('x', 'y'), symbolicLink('y', 'x')],
        () => undefined,
      ),
      { code: 'bad-destination' },
    ))

  test('the root of the file system takes the content of a folder', () =>
    copied([directory('d'), file('d/etc/a', 'A')], { sources: ['d'], destination: '/' }, [], ({ paths }) => {
      assert.deepEqual(paths, ['etc/', 'etc/a'])
    }))

  test('without what is below, as --link has it, folders are made and no link is seen', () =>
    copied([file('a')], { sources: ['a'], destination: '/bin/a' }, undefined, ({ paths }) => {
      assert.deepEqual(paths, ['bin/', 'bin/a'])
    }))
})

describe('owner, mode and time:', () => {
  const accounts = [
    file('etc/passwd', 'root:x:0:0::/root:/bin/sh\napp:x:1000:1001::/app:/bin/sh\n'),
    file('etc/group', 'root:x:0:\nstaff:x:50:\n'),
  ]

  for (const [chown, expected] of [
    ['app', '1000:1001'],
    ['app:staff', '1000:50'],
    ['1234', '1234:1234'],
    ['1234:50', '1234:50'],
    ['root', '0:0'],
    ['app:', '1000:1001'],
    ['7:app', undefined],
    ['nobody', undefined],
  ] as const) {
    test(`--chown=${chown} is ${expected ?? 'unknown'}`, async () => {
      const copy = copied(
        [file('a', '', { uid: 9 })],
        { sources: ['a'], destination: '/x/', chown },
        accounts,
        async ({ at }) => {
          assert.deepEqual([await at('/x/a'), await at('/x')], [`file 644 ${expected} `, `directory 755 ${expected}`])
        },
      )
      await (expected === undefined ? assert.rejects(copy, { code: 'unknown-user' }) : copy)
    })
  }

  test('without --chown, owners are those of the source', () =>
    copied([file('a', '', { uid: 9, gid: 8 })], { sources: ['a'], destination: '/x/' }, [], async ({ at }) => {
      assert.deepEqual([await at('/x/a'), await at('/x')], ['file 644 9:8 ', 'directory 755 0:0'])
    }))

  test('--chmod in digits is for files, and for folders that are copied or made', () =>
    copied(
      [directory('d/e'), file('d/a')],
      { sources: ['d'], destination: '/x', chmod: '4711' },
      [],
      async ({ at }) => {
        assert.equal(await at('/x'), 'directory 711 0:0')
        assert.equal(await at('/x/a'), 'file 4711 0:0 ')
        assert.equal(await at('/x/e'), 'directory 4711 0:0')
      },
    ))

  test('--chmod in letters changes the mode that is there', () =>
    copied(
      [directory('d/e'), file('d/a', '', { mode: 0o640 })],
      { sources: ['d'], destination: '/x', chmod: 'go=rX' },
      [],
      async ({ at }) => {
        assert.deepEqual([await at('/x/a'), await at('/x/e')], ['file 644 0:0 ', 'directory 755 0:0'])
      },
    ))

  test('no time is later than the date of the build, and earlier ones stay to the nanosecond', () =>
    copied(
      [
        file('old', '', { modified: { seconds: 5, nanoseconds: 123 } }),
        file('new', '', { modified: { seconds: latestSeconds, nanoseconds: 1 } }),
      ],
      { sources: ['old', 'new'], destination: '/x/' },
      [],
      ({ entryOf }) => {
        assert.deepEqual(entryOf('x/old')?.modified, { seconds: 5, nanoseconds: 123 })
        assert.deepEqual(entryOf('x/new')?.modified, { seconds: latestSeconds, nanoseconds: 0 })
        assert.deepEqual(entryOf('x/')?.modified, { seconds: latestSeconds, nanoseconds: 0 })
      },
    ))

  test('extended attributes are kept, but for those that change how a layer is read', () => {
    const xattrs = new Map([
      ['security.capability', Buffer.from([1, 0, 2])],
      ['trusted.overlay.opaque', Buffer.from('y')],
    ])
    return copied([file('a', '', { xattrs })], { sources: ['a'], destination: '/x' }, [], ({ entryOf }) => {
      assert.deepEqual([...(entryOf('x')?.xattrs ?? [])], [['security.capability', Uint8Array.of(1, 0, 2)]])
    })
  })
})

describe('what is in a layer:', () => {
  test('names of one file stay names of one file', () =>
    copied([file('d/b', 'X'), hardLink('d/a', 'd/b')], { sources: ['d'], destination: '/x' }, [], ({ layer }) => {
      const [, first, second] = layer
      assert.deepEqual([first?.entry.kind, first?.entry.path, first?.text], ['file', 'x/a', 'X'])
      assert.deepEqual([second?.entry.kind, second?.entry.linkTarget], ['hard-link', 'x/a'])
    }))

  test('what two sources have of one file are two files, as in BuildKit', () =>
    copied([file('b', 'X'), hardLink('a', 'b')], { sources: ['a', 'b'], destination: '/x/' }, [], ({ layer }) => {
      assert.deepEqual(
        layer.map(({ entry }) => entry.kind),
        ['directory', 'file', 'file'],
      )
    }))

  test('a later source replaces what an earlier one left', () =>
    copied(
      [file('d/a', '1'), file('e/a', '2')],
      { sources: ['d', 'e'], destination: '/x/' },
      [],
      async ({ paths, at }) => {
        assert.deepEqual(paths, ['x/', 'x/a'])
        assert.equal(await at('/x/a'), 'file 644 0:0 2')
      },
    ))

  test('entries are sorted by the bytes of their names', () =>
    copied(
      [file('d/\u{1f600}'), file('d/\ufffd'), file('d/b'), file('d/B'), file('d/a.b'), file('d/a/c')],
      { sources: ['d'], destination: '/x' },
      [],
      ({ paths }) =>
        assert.deepEqual(paths.slice(1), ['x/B', 'x/a/', 'x/a/c', 'x/a.b', 'x/b', 'x/\ufffd', 'x/\u{1f600}']),
    ))

  test('a name that would delete a file of the image is refused', () =>
    assert.rejects(
      copied([file('d/.wh.passwd')], { sources: ['d'], destination: '/etc' }, [], () => undefined),
      { code: 'context-unreadable', message: /\.wh\./ },
    ))

  test('here-documents are files of mode 644', () =>
    copied(
      [file('none')],
      { sources: [], inlineFiles: [{ name: 'a', content: 'A\n' }], destination: '/x/' },
      [],
      async ({ at }) => {
        assert.equal(await at('/x/a'), 'file 644 0:0 A\n')
      },
    ))
})

describe('COPY --from an image:', () => {
  /** Copies from an image with these files. */
  async function copiedFrom(
    image: readonly LayerItem[],
    request: Partial<CopyRequest> & Pick<CopyRequest, 'sources' | 'destination'>,
    below: readonly LayerItem[] | undefined,
    work: (result: CopyResult) => Promise<void> | void,
  ): Promise<void> {
    await using scratch = await temporaryDirectory()
    await using files = await openFileTree({ layers: [await layerOf(image)] }, scratch.path, job)
    await withCopy(imageTree(files, 'image test'), copyRequest(request), below, work)
  }

  test('a link to a file of this machine leads to that of the image, or to nothing', async () => {
    const image = [
      symbolicLink('p', '/etc/passwd'),
      symbolicLink('up', '../../../../etc/passwd'),
      file('etc/passwd', 'I'),
    ]
    for (const source of ['/p', '/up']) {
      await copiedFrom(image, { sources: [source], destination: '/x' }, [], async ({ at }) => {
        assert.equal(await at('/x'), 'file 644 0:0 I')
      })
    }
    await assert.rejects(
      copiedFrom([symbolicLink('h', '/etc/hostname')], { sources: ['/h'], destination: '/x' }, [], () => undefined),
      { code: 'source-not-found' },
    )
  })

  test('hard links, links and owners are copied, and nothing becomes a link to a file that was there', () =>
    copiedFrom(
      [
        file('d/a', 'A', { uid: 5, gid: 6 }),
        hardLink('d/b', 'd/a', { uid: 5, gid: 6 }),
        symbolicLink('d/l', '/etc/shadow'),
      ],
      { sources: ['/d'], destination: '/etc' },
      [file('etc/a', 'old'), hardLink('etc/shadow', 'etc/a')],
      async ({ layer, at }) => {
        const found = layer.map(({ entry }) => `${entry.kind} ${entry.path} ${entry.linkTarget}`)
        assert.deepEqual(found, [
          'directory etc/ ',
          'file etc/a ',
          'hard-link etc/b etc/a',
          'symbolic-link etc/l /etc/shadow',
        ])
        assert.equal(await at('/etc/shadow'), 'file 644 0:0 old')
        assert.equal(await at('/etc/b'), 'file 644 5:6 A')
      },
    ))
})
