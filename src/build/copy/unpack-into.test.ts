import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { copyRequest, withCopy, type CopyResult } from '../testing/copies.ts'
import { device, directory, file, hardLink, symbolicLink, tarOf, type LayerItem } from '../../../test/support/layers.ts'
import { digestOf } from '../../image/digest.ts'
import { byteStream } from '../../std/bytes.ts'
import { singleFileTree } from '../context/small-tree.ts'
import type { CopyRequest } from './copy-request.ts'

/** ADDs one file with these bytes. */
async function addedFile(
  bytes: Uint8Array,
  parts: Partial<CopyRequest>,
  below: readonly LayerItem[],
  work: (result: CopyResult) => Promise<void> | void,
): Promise<void> {
  const modified = { seconds: 1, nanoseconds: 0 }
  const source = { name: 'a.tar', mode: 0o644, sizeBytes: bytes.length, modified, digest: digestOf(bytes) }
  const tree = singleFileTree({ ...source, open: () => byteStream(bytes) }, 'the build context')
  const request = copyRequest({ kind: 'add', sources: ['a.tar'], destination: '/x/', ...parts })
  await withCopy(tree, request, below, work)
}

/** ADDs an archive with these members. */
async function added(
  members: readonly LayerItem[],
  below: readonly LayerItem[],
  work: (result: CopyResult) => Promise<void> | void,
  parts: Partial<CopyRequest> = {},
): Promise<void> {
  await addedFile(await tarOf(members), parts, below, work)
}

describe('ADD of an archive:', () => {
  test('it is unpacked, with its owners and modes', () =>
    added([directory('d', { mode: 0o750, uid: 5 }), file('d/a', 'A', { uid: 6, gid: 7 })], [], async ({ at }) => {
      assert.equal(await at('/x/d'), 'directory 750 5:0')
      assert.equal(await at('/x/d/a'), 'file 644 6:7 A')
    }))

  for (const [format, compress] of [
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ] as const) {
    test(`also one in ${format}`, async () => {
      const tar = compress(await tarOf([file('a', 'A')]))
      await addedFile(tar, {}, [], async ({ at }) => assert.equal(await at('/x/a'), 'file 644 0:0 A'))
    })
  }

  test('--unpack=false copies it, and COPY --unpack does not exist', () =>
    added([file('a')], [], ({ paths }) => assert.deepEqual(paths, ['x/', 'x/a.tar']), { unpack: false }))

  test('--chown is for all of it, --chmod for nothing', () =>
    added(
      [file('a', '', { uid: 6 })],
      [],
      async ({ at }) => assert.deepEqual([await at('/x'), await at('/x/a')], ['directory 755 9:8', 'file 644 9:8 ']),
      { chown: '9:8', chmod: '700' },
    ))

  test('what is no archive is copied', () =>
    addedFile(gzipSync('just text'), {}, [], ({ paths }) => assert.deepEqual(paths, ['x/', 'x/a.tar'])))

  test('one that breaks off is refused', async () => {
    const tar = await tarOf([file('a', 'x'.repeat(2000)), file('b')])
    await assert.rejects(
      addedFile(tar.subarray(0, 1500), {}, [], () => undefined),
      { code: 'fetch-failed' },
    )
  })

  test('a folder that is there is merged with, and takes mode and owner of the archive', () =>
    added([directory('d', { mode: 0o700, uid: 3 })], [directory('x/d'), file('x/d/old')], async ({ at }) => {
      assert.equal(await at('/x/d'), 'directory 700 3:0')
      assert.equal(await at('/x/d/old'), 'file 644 0:0 ')
    }))

  test('a file replaces a folder, and a folder that comes after it begins empty', () =>
    added([file('d'), directory('d'), file('d/new')], [file('x/d/old')], async ({ at }) => {
      assert.deepEqual([await at('/x/d/old'), await at('/x/d/new')], [undefined, 'file 644 0:0 '])
    }))

  test('a hard link to a file of the image brings that file along', () =>
    added([hardLink('b', 'a')], [file('x/a', 'below')], ({ layer }) => {
      const found = layer.map(({ entry, text }) => `${entry.kind} ${entry.path} ${entry.linkTarget} ${text}`)
      assert.deepEqual(found, ['directory x/  ', 'file x/a  below', 'hard-link x/b x/a '])
    }))

  test('a hard link to nothing is refused', () =>
    assert.rejects(
      added([file('x'), hardLink('b', 'a')], [], () => undefined),
      { code: 'fetch-failed' },
    ))

  test('a sparse file has its holes', () =>
    added([{ entry: { ...file('a').entry, sizeBytes: 6 }, content: Buffer.from('ab\0\0\0c') }], [], async ({ at }) =>
      assert.equal(await at('/x/a'), 'file 644 0:0 ab\0\0\0c'),
    ))
})

describe('an archive that means harm', () => {
  const system = [file('etc/passwd', 'root'), directory('x')]

  test('with .. in names stays where it is unpacked', () =>
    added([file('../../etc/passwd', 'evil'), file('a/../../b', 'B')], system, async ({ at }) => {
      assert.equal(await at('/etc/passwd'), 'file 644 0:0 root')
      assert.equal(await at('/x/etc/passwd'), 'file 644 0:0 evil')
      assert.equal(await at('/x/b'), 'file 644 0:0 B')
    }))

  test('with absolute names stays where it is unpacked', () =>
    added([file('/etc/passwd', 'evil')], system, async ({ at }) => {
      assert.deepEqual([await at('/etc/passwd'), await at('/x/etc/passwd')], ['file 644 0:0 root', 'file 644 0:0 evil'])
    }))

  for (const target of ['/etc', '../../../etc', '../etc']) {
    test(`with a link to ${target} that is written through stays where it is unpacked`, () =>
      added([symbolicLink('l', target), directory('etc'), file('l/passwd', 'evil')], system, async ({ at }) => {
        assert.equal(await at('/x/l'), `link -> ${target}`)
        assert.equal(await at('/etc/passwd'), 'file 644 0:0 root')
        assert.equal(await at('/x/etc/passwd'), 'file 644 0:0 evil')
      }))
  }

  test('with a hard link to a file outside gets none', () =>
    assert.rejects(
      added([file('a'), hardLink('p', '../etc/passwd')], system, () => undefined),
      { code: 'fetch-failed' },
    ))

  test('with a link in the image on its way stays where it is unpacked', () =>
    added([file('l/passwd', 'evil')], [...system, symbolicLink('x/l', '/etc'), directory('x/etc')], async ({ at }) => {
      assert.deepEqual([await at('/etc/passwd'), await at('/x/etc/passwd')], ['file 644 0:0 root', 'file 644 0:0 evil'])
    }))

  test('with a link to what is not there is not written through', () =>
    assert.rejects(
      added([symbolicLink('l', '/etc'), file('l/passwd', 'evil')], system, () => undefined),
      { code: 'bad-destination' },
    ))

  test('with a folder where the image has a link to one leaves the link', () =>
    added(
      [directory('bin'), file('bin/a')],
      [symbolicLink('x/bin', 'usr/bin'), directory('x/usr/bin')],
      async ({ at }) => {
        assert.deepEqual([await at('/x/bin'), await at('/x/usr/bin/a')], ['link -> usr/bin', 'file 644 0:0 '])
      },
    ))

  for (const member of [file('.wh.a'), file('d/.wh..wh..opq'), device('null', 0, 0)]) {
    test(`with ${member.entry.kind} ${member.entry.path} deletes nothing`, () =>
      assert.rejects(
        added([member], [file('x/a'), file('x/d/a')], () => undefined),
        { code: 'context-unreadable' },
      ))
  }
})
