import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ArchiveError } from '../../src/archive/errors.ts'
import { endOfArchive, parseAll, paxHeader, rawHeader, rawMember, type ParseOptions } from '../support/raw-tar.ts'
import { seededRandom, testSeed, type SeededRandom } from '../support/seeded-random.ts'

const seed = testSeed()
const roundCount = 6000
const limits = { layerBytesMax: 1 << 22, layerEntriesMax: 1000, tarExtensionBytesMax: 1 << 14 }
const octal = (value: number): string => `${value.toString(8).padStart(11, '0')}\0`

/** Pieces that archives are put together from: some of every kind, also such as fit together only in the right order. */
const pieces: readonly ((random: SeededRandom) => Buffer)[] = [
  (random) => rawMember({ name: 'file' }, random.bytes(random.integer(2000))),
  () => rawMember({ name: 'dir/', type: '5' }),
  () => rawMember({ name: 'old/', type: '\0', magic: '\0' }),
  () => rawMember({ type: '2', link: 'target' }),
  () => rawMember({ type: '1', link: 'file', size: 700 }),
  () => rawMember({ type: '3', patches: new Map([[329, octal(1)]]) }),
  () => rawMember({ prefix: 'usr/share', magic: 'ustar  \0' }),
  (random) => rawMember({ name: '././@LongLink', type: random.integer(2) === 0 ? 'L' : 'K' }, 'long\0'),
  (random) => paxHeader([['path', 'p'], ['mtime', '-1.5'], ['SCHILY.xattr.user.x', random.bytes(9)]]), // prettier-ignore
  (random) => paxHeader([['size', String(random.integer(3000))]]),
  (random) => paxHeader([['uid', '5'], ['comment', 'x']], random.integer(2) === 0 ? 'g' : 'x'), // prettier-ignore
  () => paxHeader([['GNU.sparse.map', '0,5,90,3'], ['GNU.sparse.numblocks', '2'], ['GNU.sparse.size', '99']]), // prettier-ignore
  () => paxHeader([['GNU.sparse.major', '1'], ['GNU.sparse.minor', '0'], ['GNU.sparse.realsize', '99']]), // prettier-ignore
  () =>
    rawMember({ name: 'sparse' }, Buffer.concat([Buffer.from('2\n0\n5\n90\n3\n'.padEnd(512, '\0')), Buffer.alloc(8)])),
  () => rawMember({ name: 'eight' }, 'hello123'),
  (random) => oldSparse(random),
  () => Buffer.alloc(512),
  () => Buffer.alloc(1024),
]

function oldSparse(random: SeededRandom): Buffer {
  const run = octal(0) + octal(5)
  const isExtended = random.integer(2) === 1
  const patches = new Map([
    [386, run],
    [482, isExtended ? '\x01' : '\0'],
    [483, octal(99)],
  ])
  const header = rawHeader({ type: 'S', magic: 'ustar  \0', size: isExtended ? 8 : 5, patches })
  const extension = Buffer.alloc(isExtended ? 512 : 0)
  extension.write(isExtended ? octal(90) + octal(3) : '', 0, 'latin1')
  return Buffer.concat([header, extension, Buffer.alloc(512)])
}

const oddFields: readonly (string | Uint8Array)[] = [
  octal(8 ** 11 - 1),
  '77777777777\0',
  '-0000000001\0',
  ' 1 2',
  '',
  Buffer.alloc(12, 0xff),
  Buffer.of(0x80, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  Buffer.of(0x80, 0, 0, 0, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
]
const headerFields = [0, 100, 108, 116, 124, 136, 156, 157, 257, 329, 337, 345, 386, 398, 482, 483]

function makeArchive(random: SeededRandom): Buffer {
  const parts = Array.from({ length: 1 + random.integer(8) }, () => pieces[random.integer(pieces.length)]?.(random))
  const archive = Buffer.concat([...parts.flatMap((part) => part ?? []), endOfArchive])
  for (let count = random.integer(4); count > 0; count -= 1) mutate(archive, random)
  return random.integer(4) === 0 ? archive.subarray(0, random.integer(archive.length)) : archive
}

/** Changes a block, and often puts its check sum right again, so that the change comes through. */
function mutate(archive: Buffer, random: SeededRandom): void {
  const block = archive.subarray(512 * random.integer(archive.length / 512)).subarray(0, 512)
  switch (random.integer(4)) {
    case 0:
      block[random.integer(512)] = random.integer(256)
      break
    case 1: {
      const value = oddFields[random.integer(oddFields.length)] ?? ''
      const bytes = typeof value === 'string' ? Buffer.from(value, 'latin1') : value
      block.set(bytes, headerFields[random.integer(headerFields.length)] ?? 0)
      break
    }
    case 2:
      archive.copy(block, 0, 512 * random.integer(archive.length / 512))
      break
    default:
      block.set(random.bytes(1 + random.integer(30)), random.integer(480))
  }
  if (random.integer(5) > 0 && block.length === 512) rewriteCheckSum(block)
}

function rewriteCheckSum(block: Buffer): void {
  if (block.every((byte) => byte === 0)) return
  block.fill(0x20, 148, 156)
  const sum = block.reduce((sum, byte) => sum + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
}

/** What a parser makes of an archive: its calls, or how it refuses. */
function outcome(archive: Uint8Array, chunkSizes: readonly number[]): unknown {
  const options: ParseOptions = { limits, chunkSizes }
  try {
    return parseAll(archive, options)
  } catch (error) {
    assert.ok(error instanceof ArchiveError, `only ArchiveError: ${String(error)}`)
    return `${error.code}: ${error.message}`
  }
}

describe('TarParser on archives that are put together at random and then damaged', () => {
  test(`refuses or reads them, alike for all chunks (WHERRY_TEST_SEED=${seed})`, () => {
    let readCount = 0
    const startedMs = performance.now()
    for (let round = 0; round < roundCount; round += 1) {
      const random = seededRandom(`${seed}/${round}`)
      const archive = makeArchive(random)
      const chunkSizes = Array.from({ length: random.integer(30) }, () => random.integer(700))
      const whole = outcome(archive, [])
      assert.deepEqual(outcome(archive, chunkSizes), whole, `round ${round} of seed ${seed}`)
      if (typeof whole !== 'string') readCount += 1
    }
    assert.ok(readCount > roundCount / 20 && readCount < roundCount, `${readCount} of ${roundCount} were readable`)
    assert.ok(performance.now() - startedMs < 60_000, 'no archive takes long')
  })

  test('memory does not grow with what an archive announces', () => {
    const many = { layerBytesMax: 2 ** 50 }
    const big = `${8 ** 4}\n`
    const announcing = [
      rawHeader({ size: Buffer.of(0x80, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff) }),
      rawMember({ type: 'x', size: 1 << 20 }, `1048576 comment=x`),
      Buffer.concat([
        paxHeader([['GNU.sparse.major', '1'], ['GNU.sparse.minor', '0'], ['GNU.sparse.realsize', '9007199254740991']]), // prettier-ignore
        rawMember({ size: 1 << 30 }, `4503599627370495\n0\n1\n${big}`),
      ]),
    ]
    const before = process.memoryUsage()
    for (const archive of announcing) {
      assert.throws(() => parseAll(archive, { limits: many }), ArchiveError)
    }
    const after = process.memoryUsage()
    const grownBytes = after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers
    assert.ok(grownBytes < 32 * 2 ** 20, `${grownBytes} bytes`)
  })
})
