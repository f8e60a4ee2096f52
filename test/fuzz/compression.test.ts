import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { decompress } from '../../src/archive/compression.ts'
import { ArchiveError } from '../../src/archive/errors.ts'
import { byteStream, readAll } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import { defaultLimits } from '../../src/std/limits.ts'
import { storedXz } from '../support/stored-xz.ts'
import { seededRandom, testSeed, type SeededRandom } from '../support/seeded-random.ts'

const seed = testSeed()
const limits = { ...defaultLimits, layerBytesMax: 1_000_000 }
const job = createJob({ limits })

type Format = 'gzip' | 'zstd' | 'xz'

function packed(format: Format, random: SeededRandom): Buffer {
  const data = Buffer.concat([Buffer.alloc(random.integer(5000), 'text '), random.bytes(random.integer(500))])
  if (format === 'gzip') return gzipSync(data, { level: random.integer(10) })
  if (format === 'xz') return storedXz(data)
  const params = { [constants.ZSTD_c_checksumFlag]: random.integer(2) }
  return zstdCompressSync(data, { params })
}

function damage(bytes: Buffer, random: SeededRandom): Buffer {
  for (let count = random.integer(3); count > 0; count -= 1) bytes[random.integer(bytes.length)] = random.integer(256)
  const garbage = random.integer(5) === 0 ? random.bytes(random.integer(20)) : Buffer.alloc(0)
  const end = random.integer(4) === 0 ? random.integer(bytes.length) : bytes.length
  return Buffer.concat([bytes.subarray(0, end), garbage])
}

function cut(bytes: Buffer, random: SeededRandom): readonly Buffer[] {
  const at = Array.from({ length: random.integer(6) }, () => random.integer(bytes.length + 1)).toSorted((a, b) => a - b)
  return [0, ...at].map((start, index) => bytes.subarray(start, at[index] ?? bytes.length))
}

/** What comes out, or that it was refused. Where and why it is refused may depend on what the library had seen by then. */
async function outcome(format: Format, chunks: readonly Buffer[]): Promise<string> {
  try {
    return Buffer.from(await readAll(decompress(byteStream(...chunks), format, job), 1e9)).toString('latin1')
  } catch (error) {
    assert.ok(error instanceof ArchiveError, `only ArchiveError: ${String(error)}`)
    return 'refused'
  }
}

describe('decompress on data that is damaged at random', () => {
  for (const format of ['gzip', 'zstd', 'xz'] as const) {
    test(`${format}: refuses or reads it, alike for all chunks (WHERRY_TEST_SEED=${seed})`, async () => {
      let refused = 0
      for (let round = 0; round < 600; round += 1) {
        const random = seededRandom(`${seed}/${format}/${round}`)
        const members = Array.from({ length: 1 + random.integer(3) }, () => packed(format, random))
        const bytes = damage(Buffer.concat(members), random)
        const whole = await outcome(format, [bytes])
        assert.equal(await outcome(format, cut(bytes, random)), whole, `round ${round} of seed ${seed}`)
        if (whole === 'refused') refused += 1
      }
      assert.ok(refused > 60 && refused < 540, `${refused} of 600 were refused`)
    })
  }
})
