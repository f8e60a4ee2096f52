/**
 * Compressing and decompressing one stream, beside the programs of the field and beside Node's own ways. What is compressed is
 * the first 64 MB of the node program: code, tables and text.
 */
import { open, writeFile } from 'node:fs/promises'
import { createReadStream, type ReadStream } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { constants, createGunzip, createGzip, createZstdCompress, createZstdDecompress, deflateRaw } from 'node:zlib'
import { compress } from '../src/archive/compress.ts'
import { decompress } from '../src/archive/compression.ts'
import { readAll } from '../src/std/bytes.ts'
import { createJob } from '../src/std/job.ts'
import { runChild } from './support/child.ts'
import { contest, timed, type Contender } from './support/contest.ts'
import { benchmarkDirectory } from './support/directory.ts'
import { isInstalled } from './support/peers.ts'
import { printMachine, printResults } from './support/report.ts'

const rounds = 5
const inputBytes = 64_000_000
const job = createJob()

printMachine()
await using directory = await benchmarkDirectory(300e6)
const plain = join(directory.path, 'plain')
await writeFile(plain, await firstBytes(process.execPath, inputBytes))
const read = (path: string): ReadStream => createReadStream(path, { highWaterMark: 256 * 1024 })

async function firstBytes(path: string, bytes: number): Promise<Uint8Array> {
  await using file = await open(path)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(bytes), 0, bytes, 0)
  return buffer.subarray(0, bytesRead)
}

/** A contender inside of this process, which says once how large its result was. */
function inside(name: string, work: () => AsyncIterable<unknown>): Contender {
  let told = false
  return {
    name,
    run: () =>
      timed(async () => {
        let bytes = 0
        for await (const chunk of work()) if (chunk instanceof Uint8Array) bytes += chunk.length
        if (!told) console.log(`  ${name}: ${(bytes / 1e6).toFixed(2)} MB`)
        told = true
      }),
  }
}

const deflateBlock = promisify<Buffer, object, Buffer>(deflateRaw)

/** The same blocks as ours, compressed in the thread pool that Node reads files with. */
async function* deflateInLibuvPool(atOnce: number): AsyncGenerator<Buffer> {
  const input = Buffer.from(await readAll(read(plain), inputBytes))
  const blockBytes = 256 * 1024
  const pending: Promise<Buffer>[] = []
  for (let at = 0; at < input.length; at += blockBytes) {
    const dictionary = at === 0 ? {} : { dictionary: input.subarray(at - 32 * 1024, at) }
    const options = { level: 6, finishFlush: constants.Z_SYNC_FLUSH, chunkSize: blockBytes, ...dictionary }
    pending.push(deflateBlock(input.subarray(at, at + blockBytes), options))
    const first = pending.length > atOnce ? await pending.shift() : undefined
    if (first !== undefined) yield first
  }
  for (const block of pending) yield await block
}

async function installed(
  ...commands: readonly (readonly [string, ...(readonly string[])])[]
): Promise<readonly Contender[]> {
  const found: Contender[] = []
  for (const [program, ...args] of commands) {
    if (await isInstalled(program)) {
      found.push({ name: [program, ...args].join(' '), run: () => runChild(program, [...args, plain]) })
    }
  }
  return found
}

const gzip = [
  inside('wherry gzip', () => compress(read(plain), { format: 'gzip' }, job)),
  inside('same blocks, libuv pool', () => deflateInLibuvPool(8)),
  inside('Node createGzip', () => read(plain).pipe(createGzip({ level: 6, chunkSize: 256 * 1024 }))),
  ...(await installed(['pigz', '-c', '-6'], ['gzip', '-c', '-6'])),
]
printResults('gzip, level 6', await contest(gzip, rounds), 'wherry gzip')

const zstdParams = { [constants.ZSTD_c_compressionLevel]: 3 }
const zstd = [
  inside('wherry zstd', () => compress(read(plain), { format: 'zstd' }, job)),
  inside('Node createZstdCompress', () => read(plain).pipe(createZstdCompress({ params: zstdParams }))),
  ...(await installed(['zstd', '-q', '-c', '-3', '-T0'], ['zstd', '-q', '-c', '-3', '--single-thread'])),
]
printResults('zstd, level 3', await contest(zstd, rounds), 'wherry zstd')

for (const format of ['gzip', 'zstd'] as const) {
  const packed = join(directory.path, `packed.${format}`)
  await writeFile(packed, await readAll(compress(read(plain), { format }, job), inputBytes))
  const nodeOwn = (): AsyncIterable<unknown> =>
    read(packed).pipe(format === 'gzip' ? createGunzip() : createZstdDecompress())
  const contenders = [
    inside(`wherry ${format}`, () => decompress(read(packed), format, job)),
    inside('Node, as it comes', nodeOwn),
    { name: `${format} -dc`, run: () => runChild(format, ['-dc', packed]) },
  ]
  printResults(`decompress ${format}`, await contest(contenders, rounds), `wherry ${format}`)
}
