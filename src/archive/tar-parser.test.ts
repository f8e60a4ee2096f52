import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { defaultLimits } from '../std/limits.ts'
import { encodeHeader } from './tar/encode-header.ts'
import { paddingBytes } from './tar/header.ts'
import { TarParser } from './tar-parser.ts'
import { arbitraryContent } from './testing/arbitrary-entry.ts'
import { endOfArchive, parseAll, paxHeader, rawHeader, rawMember } from '../../test/support/raw-tar.ts'

const archiveOf = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat([...parts, endOfArchive])
const only = (...parts: readonly Uint8Array[]): ReturnType<typeof parseAll>[number] => {
  const parsed = parseAll(archiveOf(...parts))
  assert.equal(parsed.length, 1)
  assert.ok(parsed[0] !== undefined)
  return parsed[0]
}

describe('TarParser: headers', () => {
  test('reads a ustar header with all its fields', () => {
    const { entry, dataOffsetBytes, storedBytes, data } = only(
      rawMember(
        {
          name: 'file',
          prefix: 'usr/share',
          mode: '0104755',
          uid: '0001750',
          modified: '14712345670',
          patches: new Map([
            [265, 'alice'],
            [297, 'users'],
          ]),
        },
        'hello',
      ),
    )
    assert.deepEqual(entry, {
      path: 'usr/share/file',
      kind: 'file',
      mode: 0o4755,
      uid: 1000,
      gid: 0,
      userName: 'alice',
      groupName: 'users',
      sizeBytes: 5,
      modified: { seconds: 0o14712345670, nanoseconds: 0 },
      linkTarget: '',
      deviceMajor: 0,
      deviceMinor: 0,
      xattrs: new Map(),
      sparse: undefined,
    })
    assert.deepEqual([dataOffsetBytes, storedBytes, String(data)], [512, 5, 'hello'])
  })

  test('reads a v7 header, where a name that ends with a slash is a directory', () => {
    const v7 = { magic: '\0', type: '\0', prefix: 'no prefix here' }
    assert.equal(only(rawHeader({ ...v7, name: 'dir/' })).entry.kind, 'directory')
    assert.equal(only(rawHeader({ ...v7, name: 'file' })).entry.path, 'file')
  })

  test('reads links, devices, fifos and contiguous files', () => {
    const device = new Map([
      [329, '0000010'],
      [337, '0000003'],
    ])
    const entry = (type: string): ReturnType<typeof only>['entry'] =>
      only(rawHeader({ type, link: type === '1' || type === '2' ? 'target' : '', patches: device })).entry
    assert.deepEqual([entry('1').kind, entry('1').linkTarget], ['hard-link', 'target'])
    assert.deepEqual([entry('2').kind, entry('2').linkTarget], ['symbolic-link', 'target'])
    assert.deepEqual([entry('3').kind, entry('3').deviceMajor, entry('3').deviceMinor], ['character-device', 8, 3])
    assert.deepEqual([entry('4').kind, entry('4').deviceMajor, entry('4').deviceMinor], ['block-device', 8, 3])
    assert.deepEqual([entry('6').kind, entry('6').deviceMajor], ['fifo', 0])
    assert.equal(entry('7').kind, 'file')
  })

  test('reads numbers in base-256, also negative times', () => {
    const uid = Buffer.of(0x80, 0, 0, 0, 0xff, 0xff, 0xff, 0xfe)
    const modified = Buffer.alloc(12, 0xff)
    const { entry } = only(
      rawHeader({
        patches: new Map([
          [108, uid],
          [136, modified],
        ]),
      }),
    )
    assert.deepEqual([entry.uid, entry.modified.seconds], [0xffff_fffe, -1])
  })

  test('accepts a check sum over signed bytes', () => {
    const latin1 = rawHeader({ name: 'caf\xe9', signedSum: true })
    assert.equal(only(latin1).entry.path, 'caf\udce9')
  })

  test('reads a prefix in GNU headers of Docker before 2016, but no times as a prefix', () => {
    const gnu = 'ustar  \0'
    assert.equal(only(rawHeader({ magic: gnu, prefix: 'usr/share' })).entry.path, 'usr/share/file')
    assert.equal(only(rawHeader({ magic: gnu, prefix: '14712345670' })).entry.path, 'file')
  })

  test('reads the shorter prefix of star headers', () => {
    const star = rawHeader({
      prefix: 'usr',
      patches: new Map([
        [476, '14712345670'],
        [508, 'tar\0'],
      ]),
    })
    assert.equal(only(star).entry.path, 'usr/file')
  })
})

describe('TarParser: extension headers', () => {
  test('applies PAX records to the next entry only', () => {
    const pax = paxHeader([
      ['path', 'long/näme'],
      ['mtime', '1700000000.123456789'],
      ['uid', '3000000000'],
      ['gid', '5'],
      ['uname', 'ünal'],
      ['gname', 'grp'],
      ['SCHILY.xattr.user.a', Buffer.of(0, 1, 255)],
      ['SCHILY.xattr.user.empty', ''],
      ['comment', 'ignored'],
    ])
    const [first, second] = parseAll(archiveOf(pax, rawMember({}, 'x'), rawMember({ name: 'next' })))
    assert.equal(first?.entry.path, 'long/näme')
    assert.deepEqual(first.entry.modified, { seconds: 1_700_000_000, nanoseconds: 123_456_789 })
    assert.deepEqual([first.entry.uid, first.entry.gid], [3_000_000_000, 5])
    assert.deepEqual([first.entry.userName, first.entry.groupName], ['ünal', 'grp'])
    assert.deepEqual(
      first.entry.xattrs,
      new Map([
        ['user.a', Uint8Array.of(0, 1, 255)],
        ['user.empty', new Uint8Array(0)],
      ]),
    )
    assert.deepEqual([second?.entry.path, second?.entry.uid, second?.entry.xattrs.size], ['next', 0, 0])
  })

  test('reads times before 1970', () => {
    const time = (mtime: string): unknown => only(paxHeader([['mtime', mtime]]), rawHeader({})).entry.modified
    assert.deepEqual(time('-1.25'), { seconds: -2, nanoseconds: 750_000_000 })
    assert.deepEqual(time('-0.5'), { seconds: -1, nanoseconds: 500_000_000 })
    assert.deepEqual(time('-3'), { seconds: -3, nanoseconds: 0 })
    assert.deepEqual(time('7.'), { seconds: 7, nanoseconds: 0 })
    assert.deepEqual(time('7.0000000019'), { seconds: 7, nanoseconds: 1 })
  })

  test('reads GNU long names and link targets of 4,096 bytes', () => {
    const path = `${'d/'.repeat(2047)}ff`
    const long = rawMember({ name: '././@LongLink', type: 'L' }, `${path}\0`)
    const target = rawMember({ name: '././@LongLink', type: 'K' }, `${path}\0`)
    const { entry } = only(target, long, rawHeader({ type: '2', link: 'short' }))
    assert.deepEqual([entry.path, entry.linkTarget], [path, path])
  })

  test('takes no attributes from records that only bsdtar reads', () => {
    const records = [
      ['LIBARCHIVE.xattr.security.capability', 'AQAAAg=='],
      ['SCHILY.xattr.user.known', 'x'],
    ] as const
    assert.deepEqual([...only(paxHeader(records), rawHeader({})).entry.xattrs.keys()], ['user.known'])
  })

  test('applies no global header, as Docker and Podman do not', () => {
    const archive = archiveOf(
      paxHeader([['comment', 'c0ffee']], 'g'),
      paxHeader([['uid', '7']], 'g'),
      rawHeader({ name: 'a' }),
      paxHeader([['uid', '8']]),
      rawHeader({ name: 'b' }),
      rawHeader({ name: 'c' }),
    )
    assert.deepEqual(
      parseAll(archive).map(({ entry }) => entry.uid),
      [0, 8, 0],
    )
  })

  test('takes an empty value as if it were not there', () => {
    assert.equal(only(paxHeader([['uid', '']]), rawHeader({ uid: '0000007' })).entry.uid, 7)
  })
})

describe('TarParser: the archive', () => {
  test('ends at two blocks of zeros, whatever follows', () => {
    assert.equal(parseAll(archiveOf(rawHeader({}), endOfArchive, Buffer.from('garbage'))).length, 1)
  })

  test('ends where the input ends behind an entry', () => {
    assert.equal(parseAll(rawMember({}, 'data')).length, 1)
    assert.equal(parseAll(Buffer.concat([rawHeader({}), Buffer.alloc(512)])).length, 1)
    assert.equal(parseAll(Buffer.alloc(0)).length, 0)
    const withoutPadding = rawMember({}, 'data').subarray(0, 516)
    assert.equal(parseAll(withoutPadding).length, 1)
  })

  test('makes the same calls however the archive is cut into chunks', () => {
    const contents = fc.array(arbitraryContent, { maxLength: 5 })
    fc.assert(
      fc.property(contents, fc.array(fc.integer({ min: 0, max: 1500 })), (contents, chunkSizes) => {
        const archive = archiveOf(
          ...contents.flatMap(({ entry, data }) => [
            encodeHeader(entry),
            data,
            Buffer.alloc(paddingBytes(entry.sizeBytes)),
          ]),
        )
        assert.deepEqual(parseAll(archive, { chunkSizes }), parseAll(archive))
      }),
      { numRuns: 50 },
    )
  })

  test('takes an archive byte by byte', () => {
    const archive = archiveOf(paxHeader([['path', 'x']]), rawMember({}, 'hello'), rawMember({ type: '5' }))
    const whole = parseAll(archive)
    assert.deepEqual(parseAll(archive, { chunkSizes: Array.from(archive, () => 1) }), whole)
  })

  test('lets errors of the handler through', () => {
    const failure = new Error('of the handler')
    const parser = new TarParser(
      {
        entry: () => {
          throw failure
        },
        data: () => undefined,
        entryEnd: () => undefined,
      },
      defaultLimits,
    )
    assert.throws(
      () => parser.push(rawHeader({})),
      (error) => error === failure,
    )
  })
})
