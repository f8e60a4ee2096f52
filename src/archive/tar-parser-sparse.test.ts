import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ArchiveError } from './errors.ts'
import {
  endOfArchive,
  parseAll,
  paxHeader,
  rawHeader,
  rawMember,
  type ParsedEntry,
} from '../../test/support/raw-tar.ts'

type Records = readonly (readonly [string, string])[]
const archiveOf = (...parts: readonly Uint8Array[]): Buffer => Buffer.concat([...parts, endOfArchive])
const first = (...parts: readonly Uint8Array[]): ParsedEntry => {
  const [parsed] = parseAll(archiveOf(...parts))
  assert.ok(parsed !== undefined)
  return parsed
}
const refuses = (code: string, message: RegExp, ...parts: readonly Uint8Array[]): void => {
  assert.throws(
    () => parseAll(archiveOf(...parts)),
    (error) => error instanceof ArchiveError && error.code === code && message.test(error.message),
  )
}

/** 5 bytes at 0 and 3 bytes at 100 of a file of 200 bytes. */
const data = 'helloabc'
const runs = [
  { offsetBytes: 0, sizeBytes: 5 },
  { offsetBytes: 100, sizeBytes: 3 },
]
const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`
const oldRun = (offset: number, size: number): string => octal(offset) + octal(size)

/** An old GNU sparse header: up to four runs, then blocks of runs. */
function oldSparse(headerRuns: string, blocks: readonly string[], realSize: number, body: string): Buffer {
  const header = rawHeader({
    name: 'sparse',
    type: 'S',
    magic: 'ustar  \0',
    size: body.length,
    patches: new Map([
      [386, headerRuns],
      [482, blocks.length > 0 ? '\x01' : '\0'],
      [483, octal(realSize)],
    ]),
  })
  const extensions = blocks.map((text, index) => {
    const block = Buffer.alloc(512)
    block.write(text, 'latin1')
    block[504] = index < blocks.length - 1 ? 1 : 0
    return block
  })
  return Buffer.concat([header, ...extensions, Buffer.from(body.padEnd(Math.ceil(body.length / 512) * 512, '\0'))])
}

describe('TarParser: sparse files', () => {
  const checkFirst = (parsed: ParsedEntry, dataOffsetBytes: number): void => {
    assert.deepEqual(parsed.entry.sparse, runs)
    assert.equal(parsed.entry.sizeBytes, 200)
    assert.equal(parsed.entry.kind, 'file')
    assert.deepEqual([parsed.dataOffsetBytes, parsed.storedBytes, String(parsed.data)], [dataOffsetBytes, 8, data])
  }

  test('reads the old GNU format, with runs in the header and in blocks behind it', () => {
    const inHeader = oldSparse(oldRun(0, 5) + oldRun(100, 3) + oldRun(200, 0), [], 200, data)
    checkFirst(first(inHeader), 512)
    const inBlocks = oldSparse(oldRun(0, 5), [oldRun(100, 3), oldRun(200, 0)], 200, data)
    checkFirst(first(inBlocks), 1536)
  })

  test('reads the PAX formats 0.0, 0.1 and 1.0', () => {
    const member = rawMember({ name: 'GNUSparseFile.1/sparse' }, data)
    const version0: Records = [
      ['GNU.sparse.size', '200'],
      ['GNU.sparse.numblocks', '2'],
    ]
    const pairs: Records = [
      ['GNU.sparse.offset', '0'],
      ['GNU.sparse.numbytes', '5'],
      ['GNU.sparse.offset', '100'],
      ['GNU.sparse.numbytes', '3'],
    ]
    checkFirst(first(paxHeader([...version0, ...pairs]), member), 1536)
    const map: Records = [
      ['GNU.sparse.map', '0,5,100,3'],
      ['GNU.sparse.name', 'sparse'],
    ]
    const parsed = first(paxHeader([...version0, ...map]), member)
    checkFirst(parsed, 1536)
    assert.equal(parsed.entry.path, 'sparse')
    const text = Buffer.alloc(512)
    text.write('2\n0\n5\n100\n3\n')
    const version1 = rawMember({ name: 'GNUSparseFile.1/sparse' }, Buffer.concat([text, Buffer.from(data)]))
    checkFirst(first(version1Records(200), version1), 2048)
  })

  test('reads a file that is one hole', () => {
    const parsed = first(oldSparse(oldRun(200, 0), [], 200, ''))
    assert.deepEqual([parsed.entry.sparse, parsed.entry.sizeBytes, parsed.storedBytes], [[], 200, 0])
  })

  test('refuses runs that overlap, go back, or lie outside', () => {
    for (const bad of [
      oldRun(5, 5) + oldRun(9, 3),
      oldRun(9, 5) + oldRun(0, 3),
      oldRun(196, 8),
      oldRun(8 ** 11 - 1, 8),
    ]) {
      refuses('bad-archive', /overlap or lie outside/, oldSparse(bad, [], 200, data))
    }
  })

  test('refuses data that is not that of the runs', () => {
    refuses('bad-archive', /stores other bytes/, oldSparse(oldRun(0, 5), [], 200, data))
    refuses('bad-archive', /stores other bytes/, oldSparse(oldRun(0, 50), [], 200, data))
  })

  test('refuses maps that are malformed, and records without a map', () => {
    for (const text of ['x', '1\n-1\n1\n', '1\n\n', '1\n1', '99999999999999999999\n', '2\n0\n5\n']) {
      refuses('bad-archive', /map of a sparse file/, version1Records(200), rawMember({}, text.padEnd(512, '\0')))
    }
    refuses('bad-archive', /map of a sparse file is truncated/, version1Records(200), rawMember({}, '1\n0\n'))
    refuses('bad-archive', /sparse/, paxHeader([['GNU.sparse.name', 'other']]), rawMember({}))
    refuses('bad-archive', /another length/, paxHeader([['GNU.sparse.size', '9'], ['GNU.sparse.map', '0,5']]), rawMember({}, '12345')) // prettier-ignore
    refuses('bad-archive', /out of order/, paxHeader([['GNU.sparse.numbytes', '5']]), rawMember({}))
    refuses('bad-archive', /is no file/, version1Records(200), rawMember({ type: '5' }))
  })

  test('refuses versions that are not known', () => {
    for (const version of ['2', '1.1']) {
      const [major, minor] = version.split('.')
      const records: Records = [
        ['GNU.sparse.major', major ?? ''],
        ['GNU.sparse.minor', minor ?? '0'],
        ['GNU.sparse.size', '1'],
      ]
      refuses('unsupported-archive', /not known/, paxHeader(records), rawMember({}))
    }
    refuses('unsupported-archive', /not in the GNU format/, rawMember({ type: 'S' }))
  })

  test('CVE-2025-58183, CVE-2026-32288: maps are bounded as extension headers are', () => {
    const text = `${1 << 20}\n${'0\n0\n'.repeat(300_000)}`
    refuses('archive-too-large', /map of a sparse file/, version1Records(0), rawMember({}, text))
    const blocks = Array.from({ length: 2049 }, () => oldRun(0, 0).repeat(21))
    refuses('archive-too-large', /map of a sparse file/, oldSparse('', blocks, 0, ''))
  })

  test('a file that unpacks to more than layerBytesMax is refused', () => {
    const huge = oldSparse(oldRun(0, 8), [], 8 ** 11 - 1, data)
    assert.throws(
      () => parseAll(archiveOf(huge), { limits: { layerBytesMax: 1e6 } }),
      (error) => error instanceof ArchiveError && error.code === 'archive-too-large',
    )
  })
})

function version1Records(realSize: number): Buffer {
  return paxHeader([
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.name', 'sparse'],
    ['GNU.sparse.realsize', String(realSize)],
  ])
}
