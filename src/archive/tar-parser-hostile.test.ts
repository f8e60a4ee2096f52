import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { defaultLimits } from '../std/limits.ts'
import { ArchiveError, type ArchiveErrorCode } from './errors.ts'
import {
  endOfArchive,
  parseAll,
  paxHeader,
  rawHeader,
  rawMember,
  type ParseOptions,
} from '../../test/support/raw-tar.ts'

const archiveOf = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat([...parts, endOfArchive])
const paths = (...parts: readonly Uint8Array[]): readonly string[] =>
  parseAll(archiveOf(...parts)).map(({ entry }) => entry.path)

function refuses(archive: Uint8Array, code: ArchiveErrorCode, message: RegExp, options?: ParseOptions): void {
  assert.throws(
    () => parseAll(archive, options),
    (error) => {
      assert.ok(error instanceof ArchiveError, String(error))
      assert.equal(error.code, code, error.message)
      assert.match(error.message, message)
      return true
    },
  )
}
const badArchive = (message: RegExp, ...parts: readonly Uint8Array[]): void =>
  refuses(archiveOf(...parts), 'bad-archive', message)

/** A header that smuggled itself into the data of another entry. */
const smuggled = rawMember({ name: 'smuggled' })
const longName = (name: string): Buffer => rawMember({ name: '././@LongLink', type: 'L' }, `${name}\0`)

describe('TarParser: archives that other readers have read differently', () => {
  test('CVE-2025-62518: a PAX size counts where the ustar size is zero', () => {
    const file = Buffer.concat([rawHeader({ name: 'a', size: 0 }), smuggled])
    assert.deepEqual(paths(paxHeader([['size', '512']]), file, rawMember({ name: 'b' })), ['a', 'b'])
  })

  test('CVE-2026-33055: a PAX size counts where the ustar size is another one', () => {
    const file = Buffer.concat([rawHeader({ name: 'a', size: 1 }), Buffer.alloc(512, 'x'), smuggled])
    assert.deepEqual(paths(paxHeader([['size', '1024']]), file, rawMember({ name: 'b' })), ['a', 'b'])
  })

  test('GHSA-3cv2-h65g-fgmm, CVE-2026-53655: a PAX size does not count for a long-name header in between', () => {
    const parts = [paxHeader([['size', '16']]), longName('long'), rawMember({ name: 'a', size: 2048 }, 'A'.repeat(16))]
    assert.deepEqual(paths(...parts, rawMember({ name: 'b' }, 'B')), ['long', 'b'])
  })

  test('CVE-2026-32766: a malformed extension header is refused, not skipped', () => {
    for (const record of [
      '7 path\n',
      'x path=a\n',
      '99 path=a\n',
      '9 path=ab\n',
      '10 path=a\n\0',
      '0 path=a\n',
      '9path=abc\n',
    ]) {
      badArchive(/PAX/, rawMember({ type: 'x' }, record), rawMember({}))
    }
  })

  test('a size that is written with a sign or spaces is refused', () => {
    for (const size of ['-1', '+1', ' 1', '1 ', '0x1', '1e3', '9007199254740993', '']) {
      badArchive(/PAX record size/, paxHeader([['size', size]]), rawMember({}))
    }
  })

  test('CVE-2025-8194: a negative size in base-256 is refused', () => {
    badArchive(/size is no number in range/, rawHeader({ size: Buffer.alloc(12, 0xff) }))
    badArchive(/extension header is no number/, rawHeader({ type: 'x', size: Buffer.alloc(12, 0xff) }))
  })

  test('CVE-2022-48303: numbers of spaces, letters and the wrong digits are refused or zero, never read past their field', () => {
    assert.equal(parseAll(archiveOf(rawHeader({ size: ' '.repeat(12) })))[0]?.storedBytes, 0)
    badArchive(/size is no number/, rawHeader({ size: '00000000008\0' }))
    badArchive(/size is no number/, rawHeader({ size: '1 2' }))
    badArchive(/uid is no number/, rawHeader({ uid: 'zzzzzzz' }))
  })

  test('CVE-2019-20907: a PAX record of length zero does not loop', () => {
    badArchive(/wrong length/, rawMember({ type: 'x' }, '0 path=x\n'), rawMember({}))
  })

  test('links, directories and devices never have data, whatever size their header tells', () => {
    for (const type of ['1', '2', '3', '4', '5', '6']) {
      assert.deepEqual(paths(rawHeader({ type, link: 'target', size: 512 }), smuggled), ['file', 'smuggled'])
    }
  })

  test('an entry with two long names is refused', () => {
    badArchive(/PAX path and another GNU long name/, paxHeader([['path', 'pax']]), longName('gnu'), rawMember({}))
    badArchive(/PAX path and another GNU long name/, longName('gnu'), paxHeader([['path', 'pax']]), rawMember({}))
    assert.deepEqual(paths(paxHeader([['path', 'same']]), longName('same'), rawMember({})), ['same'])
  })

  test('two extension headers of one type before one entry are refused', () => {
    badArchive(/two extension headers/, paxHeader([['path', 'a']]), paxHeader([['uid', '1']]), rawMember({}))
    badArchive(/two extension headers/, longName('a'), longName('b'), rawMember({}))
  })

  test('a global header between an extension header and its entry is refused', () => {
    badArchive(/two extension headers/, paxHeader([['path', 'a']]), paxHeader([['uid', '1']], 'g'), rawMember({}))
  })

  test('a global header that names or sizes all entries is refused', () => {
    for (const keyword of ['path', 'linkpath', 'size', 'SCHILY.xattr.security.capability', 'GNU.sparse.major']) {
      badArchive(/global PAX header tells/, paxHeader([[keyword, '1']], 'g'), rawMember({}))
    }
  })

  test('of two records with one keyword the last holds, as in every reader', () => {
    assert.deepEqual(paths(paxHeader([['path', 'first'], ['path', 'last']]), rawMember({})), ['last']) // prettier-ignore
  })

  test('a line feed in a PAX value does not begin a new record', () => {
    const [parsed] = parseAll(archiveOf(paxHeader([['path', 'a\n22 linkpath=/etc/evil\n']]), rawMember({})))
    assert.equal(parsed?.entry.path, 'a\n22 linkpath=/etc/evil\n')
  })

  test('an extension header without an entry is refused', () => {
    badArchive(/no entry behind it/, paxHeader([['path', 'a']]))
    refuses(longName('a'), 'bad-archive', /truncated/)
  })

  test('a block of zeros between entries is refused, behind which only some readers look', () => {
    badArchive(/block of zeros/, rawMember({ name: 'a' }), Buffer.alloc(512), rawMember({ name: 'b' }))
  })
})

describe('TarParser: what is damaged or impossible', () => {
  test('a wrong check sum is refused, with offset and the entry before', () => {
    const bad = rawHeader({})
    bad[0] = 0x7a
    badArchive(/check sum.*offset 1024, after entry "first"/, rawMember({ name: 'first' }, 'x'), bad)
  })

  test('an archive that is cut anywhere inside an entry is refused', () => {
    const archive = Buffer.concat([paxHeader([['path', 'pax']]), rawMember({}, 'x'.repeat(700))])
    const boundaries = new Set([0, archive.length])
    for (let length = 0; length <= archive.length; length += 1) {
      if (boundaries.has(length) || length >= 1536 + 700) continue
      refuses(archive.subarray(0, length), 'bad-archive', /truncated/)
    }
  })

  test('names with a NUL, empty names and links without a target are refused', () => {
    badArchive(/path contains a NUL/, paxHeader([['path', 'a\0b']]), rawMember({}))
    badArchive(/linkpath contains a NUL/, paxHeader([['linkpath', 'a\0b']]), rawMember({}))
    badArchive(/keyword contains a NUL/, paxHeader([['pa\0th', 'a']]), rawMember({}))
    badArchive(/no name/, rawMember({ name: '' }))
    badArchive(/no target/, rawMember({ type: '2' }))
  })

  test('types that are not known are refused by name', () => {
    for (const type of ['V', 'M', 'D', 'X', 'z']) {
      refuses(archiveOf(rawMember({ type })), 'unsupported-archive', /type "[VMDXz]".*"file"/)
    }
  })

  test('messages escape what is in names', () => {
    badArchive(/"\\u001b\[2J\\udc9b\\u007f\\u009b"/, rawHeader({ name: '\x1b[2J\x9b\x7f\xc2\x9b', uid: 'x' }))
  })
})

describe('TarParser: limits', () => {
  test('names and targets over pathBytesMax are refused', () => {
    const long = 'x'.repeat(4097)
    refuses(archiveOf(paxHeader([['path', long]]), rawMember({})), 'archive-too-large', /name is longer than 4096/)
    const link = rawHeader({ type: '2' })
    refuses(archiveOf(paxHeader([['linkpath', long]]), link), 'archive-too-large', /target is longer than 4096/)
    assert.equal(parseAll(archiveOf(longName('x'.repeat(4096)), rawMember({}))).length, 1)
    refuses(archiveOf(longName('\xc3\xa9'.repeat(2049)), rawMember({})), 'archive-too-large', /name is longer/)
  })

  test('CVE-2022-2879, CVE-2017-14992: an extension header over its limit is refused before it is read', () => {
    for (const type of ['x', 'g', 'L', 'K']) {
      const header = rawHeader({ type, size: defaultLimits.tarExtensionBytesMax + 1 })
      refuses(header, 'archive-too-large', /extension header has more than 1048576/)
    }
  })

  test('more entries than layerEntriesMax are refused, global headers included', () => {
    const limits = { layerEntriesMax: 3 }
    const entries = (count: number): Buffer => archiveOf(...Array.from({ length: count }, () => rawMember({})))
    assert.equal(parseAll(entries(3), { limits }).length, 3)
    refuses(entries(4), 'archive-too-large', /more than 3 entries/, { limits })
    const globals = archiveOf(...Array.from({ length: 4 }, () => paxHeader([['uid', '1']], 'g')))
    refuses(globals, 'archive-too-large', /more than 3 entries/, { limits })
  })

  test('more bytes than layerBytesMax are refused, also announced or trailing ones', () => {
    const limits = { layerBytesMax: 4096 }
    refuses(rawHeader({ size: 8 ** 11 - 1 }), 'archive-too-large', /more than 4096 bytes/, { limits })
    refuses(Buffer.alloc(5000), 'archive-too-large', /more than 4096 bytes/, { limits })
  })
})
