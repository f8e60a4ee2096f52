/**
 * Reading and writing a tar archive, ours beside tar-stream: an archive as a Node image has it (many small files), and one of
 * a few large files. All in memory, by one thread, so that only the programs are measured.
 */
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { extract, pack } from 'tar-stream'
import type { TarContent, TarEntry } from '../src/archive/tar-entry.ts'
import { TarParser } from '../src/archive/tar-parser.ts'
import { readTar } from '../src/archive/tar-reader.ts'
import { writeTar } from '../src/archive/tar-writer.ts'
import { byteStream } from '../src/std/bytes.ts'
import { createJob } from '../src/std/job.ts'
import { contest, timed, type Contender } from './support/contest.ts'
import { printMachine, printResults } from './support/report.ts'

const rounds = 7
const chunkBytes = 128 * 1024
const job = createJob()

/** Files whose sizes spread as those of real ones do: most are small, a few hold most of the bytes. */
function makeEntries(count: number, meanBytes: number): readonly TarEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const spread = 10 ** (1.5 * Math.sin(index * 2.399))
    return {
      path: `app/node_modules/package-${index % 997}/lib/module-${index}.js`,
      kind: 'file',
      mode: 0o644,
      uid: 1000,
      gid: 1000,
      userName: 'node',
      groupName: 'node',
      sizeBytes: Math.round((meanBytes * spread) / 6.36),
      modified: { seconds: 1_700_000_000 + index, nanoseconds: 0 },
      linkTarget: '',
      deviceMajor: 0,
      deviceMinor: 0,
      xattrs: new Map(),
      sparse: undefined,
    }
  })
}

const someBytes = Buffer.alloc(1 << 20, 'some bytes of some file\n')

function* bodyOf(entry: TarEntry): Generator<Buffer> {
  for (let left = entry.sizeBytes; left > 0; left -= someBytes.length)
    yield someBytes.subarray(0, Math.min(left, someBytes.length))
}

function* contentsOf(entries: readonly TarEntry[]): Generator<TarContent> {
  for (const entry of entries) yield { entry, body: byteStream(...bodyOf(entry)) }
}

async function drain(stream: AsyncIterable<unknown>): Promise<number> {
  let bytes = 0
  for await (const chunk of stream) if (chunk instanceof Uint8Array) bytes += chunk.length
  return bytes
}

/** The header that tar-stream is given for the same bytes. */
function packWithTarStream(entries: readonly TarEntry[]): AsyncIterable<unknown> {
  const archive = pack()
  const add = (index: number): void => {
    const entry = entries[index]
    if (entry === undefined) {
      archive.finalize()
      return
    }
    const { path: name, mode, uid, gid, userName: uname, groupName: gname, sizeBytes: size } = entry
    const mtime = new Date(entry.modified.seconds * 1000)
    const sink = archive.entry({ name, mode, uid, gid, uname, gname, size, mtime }, () => add(index + 1))
    for (const chunk of bodyOf(entry)) sink.write(chunk)
    sink.end(undefined)
  }
  add(0)
  return archive
}

async function parseWithTarStream(archive: Buffer): Promise<number> {
  let bytes = 0
  const reader = extract()
  const source = Readable.from(chunksOf(archive))
  for await (const entry of source.pipe(reader)) bytes += await drain(entry)
  return bytes
}

function* chunksOf(archive: Buffer): Generator<Buffer> {
  for (let at = 0; at < archive.length; at += chunkBytes) yield archive.subarray(at, at + chunkBytes)
}

function parsePushed(archive: Buffer): number {
  let bytes = 0
  const handler = {
    entry: () => undefined,
    data: (chunk: Uint8Array) => {
      bytes += chunk.length
    },
    entryEnd: () => undefined,
  }
  const parser = new TarParser(handler, job.limits)
  for (const chunk of chunksOf(archive)) parser.push(chunk)
  parser.finish()
  return bytes
}

async function parsePulled(archive: Buffer): Promise<number> {
  let bytes = 0
  for await (const { body } of readTar(byteStream(...chunksOf(archive)), job)) bytes += await drain(body)
  return bytes
}

const contender = (name: string, expected: number, work: () => number | Promise<number>): Contender => ({
  name,
  run: () =>
    timed(async () => {
      const bytes = await work()
      if (bytes !== expected) throw new Error(`${name}: ${bytes} bytes in place of ${expected}`)
    }),
})

/** Also as entries and bytes per second, of the median. */
function printRates(results: Awaited<ReturnType<typeof contest>>, entryCount: number, bytes: number): void {
  for (const { name, elapsedMs } of results) {
    const entriesPerSecond = Math.round((entryCount / elapsedMs.median) * 1000).toLocaleString('en')
    const megabytesPerSecond = Math.round(bytes / elapsedMs.median / 1000).toLocaleString('en')
    console.log(
      `  ${name.padEnd(20)} ${entriesPerSecond.padStart(12)} entries/s ${megabytesPerSecond.padStart(9)} MB/s`,
    )
  }
}

async function compare(what: string, entries: readonly TarEntry[]): Promise<void> {
  const archive = await buffer(writeTar(contentsOf(entries), job))
  const dataBytes = entries.reduce((sum, entry) => sum + entry.sizeBytes, 0)
  const title = `${what}: ${entries.length} entries, ${Math.round(archive.length / 1e6)} MB`
  const reading = await contest(
    [
      contender('TarParser', dataBytes, () => parsePushed(archive)),
      contender('readTar', dataBytes, () => parsePulled(archive)),
      contender('tar-stream', dataBytes, () => parseWithTarStream(archive)),
    ],
    rounds,
  )
  printResults(`read ${title}`, reading, 'tar-stream')
  printRates(reading, entries.length, archive.length)
  const writing = await contest(
    [
      contender('writeTar', archive.length, () => drain(writeTar(contentsOf(entries), job))),
      contender('tar-stream', archive.length, () => drain(packWithTarStream(entries))),
    ],
    rounds,
  )
  printResults(`write ${title}`, writing, 'tar-stream')
  printRates(writing, entries.length, archive.length)
}

printMachine()
await compare('many small files', makeEntries(28_000, 13_000))
await compare('a few large files', makeEntries(20, 12_000_000))
