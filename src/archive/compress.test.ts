import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import fc from 'fast-check'
import { byteStream, readAll, type ByteStream } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { compress, compressLayer, compressWith } from './compress.ts'
import { WorkerPool } from './compression/worker-pool.ts'
import { decompress } from './compression.ts'

const KIB = 1024
const job = createJob()
const all = async (stream: ByteStream): Promise<Buffer> => Buffer.from(await readAll(stream, 1e9))
/** Text and noise, some blocks long. */
const data = Buffer.concat([
  ...Array.from({ length: 6 }, (_, n) => Buffer.alloc(500_000, `line ${n} of some text\n`)),
  randomBytes(1_000_000),
  Buffer.alloc(1_000_000),
])

describe('compress', () => {
  for (const format of ['gzip', 'zstd'] as const) {
    test(`${format}: is undone by decompress and by Node, at sizes around a block's`, async () => {
      const blockBytes = format === 'gzip' ? 256 * KIB : 2048 * KIB
      const unpackSync = format === 'gzip' ? gunzipSync : zstdDecompressSync
      for (const size of [0, 1, blockBytes - 1, blockBytes, blockBytes + 1, 2 * blockBytes]) {
        const original = Buffer.alloc(size, data)
        const packed = await all(compress(byteStream(original), { format }, job))
        assert.ok((await all(decompress(byteStream(packed), format, job))).equals(original), String(size))
        assert.ok(unpackSync(packed).equals(original), String(size))
      }
    })

    test(`${format}: gives the same bytes with 1 and 2 workers, and however the input is cut`, async () => {
      const expected = await all(compress(byteStream(data), { format }, job))
      const pools = [new WorkerPool(1), new WorkerPool(2)]
      try {
        await fc.assert(
          fc.asyncProperty(fc.array(fc.nat(data.length), { maxLength: 8 }), fc.nat(1), async (cuts, which) => {
            const at = [0, ...cuts.toSorted((a, b) => a - b), data.length]
            const chunks = at.slice(1).map((end, index) => data.subarray(at[index], end))
            const pool = pools[which] ?? assert.fail()
            assert.ok((await all(compressWith(pool, byteStream(...chunks), { format }, job))).equals(expected))
          }),
          { numRuns: 6 },
        )
      } finally {
        await Promise.all(pools.map((pool) => pool.close()))
      }
    })

    test(`${format}: gives the bytes that it gave in earlier releases, so that digests of layers stay`, async () => {
      const numbers = Buffer.from(Array.from({ length: 400_000 }, (_, n) => (n * n) % 9973).join(' '))
      const packed = await all(compress(byteStream(numbers), { format }, job))
      const expected = {
        gzip: 'fe9ae05bc6dfb16b26b528eacbd7288d064c5269fd88358ce9596ced709f7122',
        zstd: '329f8e670ae47d104d819b8804d239249dc7901200121d7715d6b279d42d0297',
      }
      assert.equal(
        createHash('sha256').update(packed).digest('hex'),
        expected[format],
        `zlib of Node ${process.version}`,
      )
    })

    test(`${format}: compresses more at a higher level`, async () => {
      const names = (await readdir(import.meta.dirname)).filter((name) => name.endsWith('.ts'))
      const sources = Buffer.concat(await Promise.all(names.map((name) => readFile(`${import.meta.dirname}/${name}`))))
      const low = await all(compress(byteStream(sources), { format, level: 1 }, job))
      const high = await all(compress(byteStream(sources), { format, level: 9 }, job))
      assert.ok(high.length < low.length)
      assert.ok((await all(decompress(byteStream(high), format, job))).equals(sources))
    })

    test(`${format}: stops when it is cancelled, and the pool goes on`, async () => {
      const controller = new AbortController()
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (let count = 0; ; count += 1) {
          if (count === 100) controller.abort(new Error('cancelled by the test'))
          yield data.subarray(0, 100_000)
        }
      }
      const packing = readAll(compress(endless(), { format }, createJob({ signal: controller.signal })), 1e9)
      await assert.rejects(packing, /cancelled by the test/)
      assert.ok((await all(compress(byteStream(data), { format }, job))).length > 0)
    })

    test(`${format}: lets errors of its input through, and closes it when the loop ends early`, async () => {
      const failure = new Error('the disk is gone')
      let closed = 0
      async function* source(chunks: number): AsyncGenerator<Uint8Array> {
        try {
          for (let count = 0; count < chunks; count += 1) yield data
          throw failure
        } finally {
          closed += 1
        }
      }
      await assert.rejects(all(compress(source(1), { format }, job)), (error) => error === failure)
      for await (const chunk of compress(source(1000), { format }, job)) if (chunk.length > 10) break
      assert.equal(closed, 2)
    })
  }

  test('gzip: is one member without name and time', async () => {
    const packed = await all(compress(byteStream(data), { format: 'gzip' }, job))
    assert.equal(packed.toString('hex', 0, 10), '1f8b08000000000000ff')
    assert.equal(packed.readUInt32LE(packed.length - 4), data.length)
  })

  test('none: gives the bytes as they are', async () => {
    assert.ok((await all(compress(byteStream(data), { format: 'none' }, job))).equals(data))
  })

  test('refuses levels that do not exist', async () => {
    await assert.rejects(all(compress(byteStream(), { format: 'gzip', level: 10 }, job)), /level is 1 to 9/)
    await assert.rejects(all(compress(byteStream(), { format: 'zstd', level: 0 }, job)), /level is 1 to 19/)
  })

  test('lets the process end when nothing is left to do', async () => {
    const program = `
      import { compress } from ${JSON.stringify(new URL('./compress.ts', import.meta.url).href)}
      import { createJob } from ${JSON.stringify(new URL('../std/job.ts', import.meta.url).href)}
      import { byteStream } from ${JSON.stringify(new URL('../std/bytes.ts', import.meta.url).href)}
      let bytes = 0
      for await (const chunk of compress(byteStream(Buffer.alloc(1e6)), { format: 'zstd' }, createJob())) bytes += chunk.length
      process.stdout.write(String(bytes > 0))
    `
    const options = { timeout: 30_000, killSignal: 'SIGKILL' } as const
    const args = ['--input-type=module-typescript', '--eval', program]
    assert.equal((await promisify(execFile)(process.execPath, args, options)).stdout, 'true')
  })
})

describe('compressLayer', () => {
  test('sums up both sides', async () => {
    const sum = (bytes: Buffer): unknown => ({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      sizeBytes: bytes.length,
    })
    for (const format of ['none', 'gzip', 'zstd'] as const) {
      const layer = compressLayer(byteStream(data.subarray(0, 10), data.subarray(10)), { format }, job)
      assert.throws(() => layer.sums(), /before its bytes/)
      const blob = await all(layer.bytes)
      assert.deepEqual(layer.sums(), { tar: sum(data), blob: sum(blob) })
    }
  })
})

describe('WorkerPool', () => {
  test('fails the block whose worker died, and goes on with a new worker', async () => {
    const pool = new WorkerPool(1)
    const { signal } = new AbortController()
    const block = (level: number): Parameters<WorkerPool['compress']>[0] => ({
      format: 'gzip',
      level,
      bytes: new Uint8Array(1000),
      primeBytes: 0,
      isLast: true,
    })
    const [bad, good] = await Promise.allSettled([pool.compress(block(99), signal), pool.compress(block(6), signal)])
    assert.equal(bad.status, 'rejected')
    assert.equal(good.status, 'fulfilled')
    await pool.close()
  })
})
