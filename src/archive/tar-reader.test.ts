import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { byteStream, readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { expandSparse, readTar, type TarMember } from './tar-reader.ts'
import { endOfArchive, paxHeader, rawMember } from '../../test/support/raw-tar.ts'

const job = createJob()
const archive = Buffer.concat([
  rawMember({ name: 'a' }, 'x'.repeat(2000)),
  rawMember({ name: 'b', type: '5' }),
  rawMember({ name: 'c' }, 'hello'),
  endOfArchive,
])

describe('readTar', () => {
  test('gives every member with its body', async () => {
    const found: unknown[] = []
    for await (const { entry, body, dataOffsetBytes, storedBytes } of readTar(byteStream(archive), job)) {
      found.push([entry.path, dataOffsetBytes, storedBytes, (await readAll(body, 1e6)).length])
    }
    assert.deepEqual(found, [
      ['a', 512, 2000, 2000],
      ['b', 3072, 0, 0],
      ['c', 3584, 5, 5],
    ])
  })

  test('skips what is left of a body', async () => {
    const chunks = Array.from({ length: Math.ceil(archive.length / 100) }, (_, n) =>
      archive.subarray(n * 100, n * 100 + 100),
    )
    const paths: string[] = []
    for await (const { entry, body } of readTar(byteStream(...chunks), job)) {
      paths.push(entry.path)
      if (entry.path === 'a') for await (const chunk of body) if (chunk.length > 0) break
    }
    assert.deepEqual(paths, ['a', 'b', 'c'])
  })

  test('refuses to read a body when the next member is there', async () => {
    const members: TarMember[] = []
    for await (const member of readTar(byteStream(archive), job)) members.push(member)
    await assert.rejects(readAll(members[0]?.body ?? byteStream(), 1e6), /too late/)
  })

  test('closes the stream when the loop ends early', async () => {
    let closed = false
    async function* source(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield archive
      } finally {
        closed = true
      }
    }
    for await (const member of readTar(source(), job)) if (member.entry.path === 'b') break
    assert.equal(closed, true)
  })

  test('refuses a truncated archive', async () => {
    const reading = async (): Promise<void> => {
      for await (const { body } of readTar(byteStream(archive.subarray(0, 700)), job)) await readAll(body, 1e6)
    }
    await assert.rejects(reading(), /truncated/)
  })
})

describe('expandSparse', () => {
  test('gives the full bytes, however the runs lie and the chunks are cut', async () => {
    const gaps = fc.array(fc.tuple(fc.nat(3000), fc.integer({ min: 1, max: 3000 })), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(gaps, fc.nat(200_000), fc.integer({ min: 1, max: 2000 }), async (gaps, tail, chunkBytes) => {
        const map: number[] = []
        const full: Buffer[] = []
        const stored: Buffer[] = []
        let offset = 0
        for (const [gap, size] of gaps) {
          const bytes = Buffer.alloc(size, (map.length % 255) + 1)
          map.push(offset + gap, size)
          full.push(Buffer.alloc(gap), bytes)
          stored.push(bytes)
          offset += gap + size
        }
        full.push(Buffer.alloc(tail))
        const pax = paxHeader([
          ['GNU.sparse.map', map.join(',')],
          ['GNU.sparse.numblocks', String(gaps.length)],
          ['GNU.sparse.size', String(offset + tail)],
          ['GNU.sparse.major', '0'],
          ['GNU.sparse.minor', '1'],
        ])
        const archive = Buffer.concat([pax, rawMember({ name: 'sparse' }, Buffer.concat(stored)), endOfArchive])
        const chunks = Array.from({ length: Math.ceil(archive.length / chunkBytes) }, (_, n) =>
          archive.subarray(n * chunkBytes, (n + 1) * chunkBytes),
        )
        for await (const member of readTar(byteStream(...chunks), job)) {
          const { entry, body } = expandSparse(member)
          assert.equal(entry.sparse, undefined)
          assert.deepEqual(Buffer.from(await readAll(body, 1e6)), Buffer.concat(full))
        }
      }),
      { numRuns: 60 },
    )
  })
})
