import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { compress } from '../../src/archive/compress.ts'
import { decompress } from '../../src/archive/compression.ts'
import { ArchiveError } from '../../src/archive/errors.ts'
import { byteStream, readAll } from '../../src/std/bytes.ts'
import { createJob } from '../../src/std/job.ts'
import { skipUnlessInstalled } from '../support/engines.ts'

const job = createJob()
const data = Buffer.concat([Buffer.alloc(3_000_000, 'words and words and more words, '), randomBytes(1_500_000)])

function pipe(input: Uint8Array, program: string, ...options: readonly string[]): Buffer {
  return execFileSync(program, options, { input, maxBuffer: 1e9 })
}

const packings: readonly (readonly [format: 'gzip' | 'zstd' | 'xz', ...options: readonly string[]])[] = [
  ['gzip', '-1'],
  ['gzip', '-9'],
  ['gzip', '--rsyncable'],
  ['zstd', '-1'],
  ['zstd', '-19'],
  ['zstd', '--ultra', '-22'],
  ['zstd', '--long=27'],
  ['zstd', '-T2', '-B1048576'],
  ['zstd', '--no-check'],
  ['zstd', '--fast=5'],
  ['xz', '-0'],
  ['xz', '-9e'],
  ['xz', '-T2', '--block-size=1000000'],
  ['xz', '--check=none'],
  ['xz', '--check=crc32'],
  ['xz', '--lzma2=dict=64MiB,lc=0,lp=4,pb=0'],
]

describe('what other programs compress is read', () => {
  for (const [program, ...options] of packings) {
    test(`${program} ${options.join(' ')}`, { skip: skipUnlessInstalled(program) }, async () => {
      const packed = pipe(data, program, '-c', ...options)
      const half = packed.length >>> 1
      const chunks = [packed.subarray(0, half), packed.subarray(half), packed]
      const unpacked = await readAll(decompress(byteStream(...chunks), program, job), 1e9)
      assert.ok(Buffer.concat([data, data]).equals(unpacked))
    })
  }

  test('zstd --long=28 is refused, as zstd itself does', { skip: skipUnlessInstalled('zstd') }, async () => {
    const packed = pipe(data, 'zstd', '-c', '--long=28')
    await assert.rejects(readAll(decompress(byteStream(packed), 'zstd', job), 1e9), /window over 134217728/)
  })
})

describe('xz', { skip: skipUnlessInstalled('xz') }, () => {
  test('with a dictionary over 64 MiB is refused', async () => {
    const packed = pipe(data, 'xz', '-c', '--lzma2=dict=96MiB')
    await assert.rejects(readAll(decompress(byteStream(packed), 'xz', job), 1e9), /dictionary over 67108864/)
  })

  test('with a check or filters that nobody uses is refused', async () => {
    for (const options of [['--check=sha256'], ['--x86', '--lzma2'], ['--delta=dist=4', '--lzma2']]) {
      const packed = pipe(data, 'xz', '-c', ...options)
      const reading = readAll(decompress(byteStream(packed), 'xz', job), 1e9)
      await assert.rejects(reading, { code: 'unsupported-archive' }, options.join())
    }
  })

  test('that is damaged in one bit anywhere is refused, as xz itself does', async () => {
    const packed = pipe(Buffer.from('some words, and some more words'), 'xz', '-c')
    for (let bit = 0; bit < packed.length * 8; bit += 1) {
      const damaged = Buffer.from(packed)
      damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7))
      await assert.rejects(readAll(decompress(byteStream(damaged), 'xz', job), 1e9), ArchiveError, `bit ${bit}`)
    }
  })
})

describe('what is compressed here, other programs read', () => {
  for (const program of ['gzip', 'zstd'] as const) {
    test(program, { skip: skipUnlessInstalled(program) }, async () => {
      for (const original of [data, Buffer.alloc(0), Buffer.from('x')]) {
        for (const level of [undefined, 1, 9]) {
          const packed = await readAll(compress(byteStream(original), { format: program, level }, job), 1e9)
          pipe(packed, program, '-t', '-q')
          assert.ok(pipe(packed, program, '-dc').equals(original))
        }
      }
    })
  }
})
