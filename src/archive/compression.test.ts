import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { byteStream, readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { decompress, detectCompression } from './compression.ts'
import { ArchiveError, type ArchiveErrorCode } from './errors.ts'
import { skipUnlessInstalled } from '../../test/support/engines.ts'
import { jobWithLimits } from '../../test/support/raw-tar.ts'
import { storedXz } from '../../test/support/stored-xz.ts'
import { brokenXzStreams } from './testing/xz-samples.ts'
import { brokenFrames, skippableFrame } from './testing/zstd-samples.ts'

const text = Buffer.alloc(300_000, 'some text, and more of it. ')
const data = Buffer.concat([text, randomBytes(100_000)])
const pack = {
  gzip: (bytes: Uint8Array | string) => gzipSync(bytes),
  zstd: (bytes: Uint8Array | string) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  xz: (bytes: Uint8Array | string) => storedXz(bytes),
  bzip2: (bytes: Uint8Array | string) => execFileSync('bzip2', { input: bytes }),
}
const noBzip2 = skipUnlessInstalled('bzip2')
const formats = (['gzip', 'zstd', 'xz', 'bzip2'] as const).map((format) => {
  const skip = format === 'bzip2' && noBzip2
  return { format, skip, packed: skip === false ? pack[format](data) : Buffer.alloc(0) }
})
type Format = keyof typeof pack

const unpack = async (format: Format | 'none', ...chunks: readonly Uint8Array[]): Promise<Buffer> =>
  Buffer.from(await readAll(decompress(byteStream(...chunks), format, createJob()), 1e9))
const refuses = (format: Format, code: ArchiveErrorCode, message: RegExp, ...chunks: Uint8Array[]): Promise<void> =>
  assert.rejects(unpack(format, ...chunks), (error) => {
    assert.ok(error instanceof ArchiveError, String(error))
    assert.deepEqual([error.code, message.test(error.message)], [code, true], error.message)
    return true
  })

const emptyBzip2 = Buffer.from('425a683917724538509000000000', 'hex')

describe('detectCompression', () => {
  test('tells gzip, zstd, xz, bzip2 and plain archives', () => {
    assert.equal(detectCompression(gzipSync('')), 'gzip')
    assert.equal(detectCompression(zstdCompressSync('')), 'zstd')
    assert.equal(detectCompression(skippableFrame), 'zstd')
    assert.equal(detectCompression(storedXz('')), 'xz')
    assert.equal(detectCompression(Buffer.from('BZh91AY&SY')), 'bzip2')
    assert.equal(detectCompression(emptyBzip2), 'bzip2')
    assert.equal(detectCompression(Buffer.from('usr/bin/BZh')), 'none')
    assert.equal(detectCompression(Buffer.alloc(0)), 'none')
  })

  test('names what is not read', () => {
    const named = (bytes: readonly number[]): void => {
      detectCompression(Uint8Array.from(bytes))
    }
    assert.throws(() => named([4, 0x22, 0x4d, 0x18]), /compressed with lz4/)
  })
})

describe('decompress', () => {
  test('gives plain bytes as they are', async () => {
    assert.deepEqual(await unpack('none', text, data), Buffer.concat([text, data]))
  })

  for (const { format, skip, packed } of formats) {
    test(`${format}: reads however the input is cut into chunks`, { skip }, async () => {
      const twice = Buffer.concat([packed, packed])
      await fc.assert(
        fc.asyncProperty(fc.array(fc.nat(twice.length), { maxLength: 12 }), async (cuts) => {
          const at = [0, ...cuts.toSorted((a, b) => a - b), twice.length]
          const chunks = at.slice(1).map((end, index) => twice.subarray(at[index], end))
          assert.ok((await unpack(format, ...chunks)).equals(Buffer.concat([data, data])))
        }),
        { numRuns: 20 },
      )
      const around = [packed.subarray(0, -20), ...Array.from({ length: 60 }, (_, n) => twice.subarray(packed.length - 20 + n, packed.length - 19 + n)), packed.subarray(40)] // prettier-ignore
      assert.equal((await unpack(format, ...around)).length, 2 * data.length)
    })

    test(`${format}: refuses input that is cut anywhere`, { skip }, async () => {
      const small = pack[format]('hello')
      for (let length = 0; length < small.length; length += 1) {
        await refuses(format, 'bad-archive', /truncated/, small.subarray(0, length))
        if (length > 0) await refuses(format, 'bad-archive', /truncated/, small, small.subarray(0, length))
        if (length > 0)
          await refuses(format, 'bad-archive', /truncated/, Buffer.concat([small, small.subarray(0, length)]))
      }
    })

    test(`${format}: refuses garbage behind the end`, { skip }, async () => {
      const garbage = Buffer.from('garbage')
      await refuses(format, 'bad-archive', /garbage|damaged/, packed, garbage)
      await refuses(format, 'bad-archive', /garbage|damaged/, Buffer.concat([packed, garbage]))
    })

    test(`${format}: refuses damaged data`, { skip }, async () => {
      const damaged = Buffer.from(packed)
      damaged.fill(0x55, 1000, 1100)
      await refuses(format, 'bad-archive', /damaged|does not exist|garbage|truncated/, damaged)
    })

    test(`${format}: stops at layerBytesMax`, { skip }, async () => {
      const zeros = Buffer.alloc(5_000_000)
      const bomb = pack[format](zeros)
      const job = jobWithLimits({ layerBytesMax: 1_000_000 })
      let bytes = 0
      const reading = async (): Promise<void> => {
        for await (const chunk of decompress(byteStream(bomb), format, job)) bytes += chunk.length
      }
      await assert.rejects(reading(), (error) => error instanceof ArchiveError && error.code === 'archive-too-large')
      assert.ok(bytes <= 1_000_000)
    })

    test(`${format}: is cancelled, also while its input waits for ever`, { skip }, async () => {
      const controller = new AbortController()
      async function* stalled(): AsyncGenerator<Uint8Array> {
        yield packed.subarray(0, 1000)
        setImmediate(() => controller.abort(new Error('cancelled by the test')))
        await new Promise(() => undefined)
      }
      const job = createJob({ signal: controller.signal })
      await assert.rejects(readAll(decompress(stalled(), format, job), 1e9), /cancelled by the test/)
    })

    test(`${format}: closes its input when the loop ends early`, { skip }, async () => {
      let closed = false
      async function* source(): AsyncGenerator<Uint8Array> {
        try {
          for (;;) yield packed
        } finally {
          closed = true
        }
      }
      for await (const chunk of decompress(source(), format, createJob())) if (chunk.length > 0) break
      assert.equal(closed, true)
    })

    test(`${format}: lets errors of its input through`, { skip }, async () => {
      const failure = new Error('the line dropped')
      async function* failing(): AsyncGenerator<Uint8Array> {
        yield packed.subarray(0, 1000)
        throw failure
      }
      await assert.rejects(readAll(decompress(failing(), format, createJob()), 1e9), (error) => error === failure)
    })
  }

  test('gzip: allows zeros behind the end, but nothing behind those', async () => {
    const packed = pack.gzip(data)
    assert.equal((await unpack('gzip', packed, Buffer.alloc(700), Buffer.alloc(3))).length, data.length)
    assert.equal((await unpack('gzip', Buffer.concat([packed, Buffer.alloc(700)]))).length, data.length)
    for (const garbage of [Buffer.from('x'), packed]) {
      await refuses('gzip', 'bad-archive', /garbage/, packed, Buffer.alloc(700), garbage)
      await refuses('gzip', 'bad-archive', /garbage/, Buffer.concat([packed, Buffer.alloc(700), garbage]))
    }
  })

  test('zstd: skips skippable frames', async () => {
    const packed = zstdCompressSync('hello')
    const around = [skippableFrame, packed, skippableFrame, skippableFrame, packed, skippableFrame]
    assert.equal(String(await unpack('zstd', ...around)), 'hellohello')
    assert.equal(String(await unpack('zstd', Buffer.concat(around))), 'hellohello')
  })

  test('zstd: refuses zeros behind the end, as zstd does', async () => {
    await refuses('zstd', 'bad-archive', /garbage/, zstdCompressSync('x'), Buffer.alloc(700))
  })

  test('xz: reads what the program xz has compressed', async () => {
    const packed = '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4CcPAC5dADCYq/wd//f/1IEKn3RzhPowEaZpp4+RC+RFpEO932qwFnAeVi0L6rgm7fbrPQAAAAC8M7dGrkiUVgABSpBOAAAAyfVbx7HEZ/sCAAAAAARZWg==' // prettier-ignore
    assert.equal(String(await unpack('xz', Buffer.from(packed, 'base64'))), 'ab'.repeat(5000))
  })

  test('xz: allows whole words of zeros behind the end and between streams', async () => {
    const packed = pack.xz('hello')
    assert.equal(String(await unpack('xz', packed, Buffer.alloc(8), packed, Buffer.alloc(4))), 'hellohello')
    await refuses('xz', 'bad-archive', /truncated/, packed, Buffer.alloc(3))
    await refuses('xz', 'bad-archive', /garbage/, packed, Buffer.alloc(3), packed)
  })

  test('bzip2: reads long runs, single bytes, and nothing', { skip: noBzip2 }, async () => {
    const runs = [1, 3, 4, 5, 254, 255, 256, 259, 260, 1_000_000].map((length) => Buffer.alloc(length, length))
    const text = Buffer.concat([...runs, Buffer.from('abcab'), ...runs, ...runs])
    for (const bytes of [text, Buffer.from('x'), Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))]) {
      assert.ok((await unpack('bzip2', pack.bzip2(bytes))).equals(bytes))
    }
    assert.equal((await unpack('bzip2', emptyBzip2)).length, 0)
    assert.equal(String(await unpack('bzip2', emptyBzip2, pack.bzip2('hello'), emptyBzip2)), 'hello')
  })

  test('bzip2: refuses each bit of a file that is another, or gives the same', { skip: noBzip2 }, async () => {
    const packed = pack.bzip2('some words, and some more words')
    for (let bit = 0; bit < packed.length * 8; bit += 1) {
      const flipped = Buffer.from(packed)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      const got = await unpack('bzip2', flipped).catch((error: unknown) => error)
      const isRefused = got instanceof ArchiveError && ['bad-archive', 'unsupported-archive'].includes(got.code)
      const isSame = Buffer.isBuffer(got) && String(got) === 'some words, and some more words'
      assert.ok(isRefused || isSame, `bit ${bit}: ${String(got)}`)
    }
  })

  for (const { name, stream, code, message } of brokenXzStreams) {
    test(`xz: refuses ${name}`, () => refuses('xz', code, message, stream))
  }

  for (const { name, frame, code, message } of brokenFrames) {
    test(`zstd: refuses ${name}`, () => refuses('zstd', code, message, frame))
  }
})
