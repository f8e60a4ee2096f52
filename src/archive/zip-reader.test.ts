import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readAll } from '../std/bytes.ts'
import { createJob } from '../std/job.ts'
import { defaultLimits } from '../std/limits.ts'
import { bytesAccess, readAhead } from '../std/random-access.ts'
import { ArchiveError } from './errors.ts'
import { makeZip, type MadeMember } from '../../test/support/made-zip.ts'
import { openZipEntry, packedBytes, readZipEntries, readZipEntry } from './zip-reader.ts'

const job = createJob()
const bytesMax = 1024 * 1024

async function contents(zip: Buffer): Promise<Record<string, string>> {
  const file = bytesAccess(zip)
  const read = (await readZipEntries(file, job)).map(async (entry) => {
    const whole = await readZipEntry(file, entry, bytesMax)
    assert.deepEqual(Buffer.from(await readAll(openZipEntry(file, entry, job), bytesMax)), whole)
    return [entry.path, whole.toString()] as const
  })
  return Object.fromEntries(await Promise.all(read))
}

function code(expected: ArchiveError['code']): (error: unknown) => boolean {
  return (error) => error instanceof ArchiveError && error.code === expected
}

test('members are read, stored and deflated, behind whatever stands before the archive', async () => {
  const members = [
    { path: 'META-INF/', content: '' },
    { path: 'stored', content: 'as it is' },
    { path: 'deflated', content: 'again and '.repeat(1000), isDeflated: true },
  ]
  const expected = Object.fromEntries(members.map(({ path, content }) => [path, content]))
  assert.deepEqual(await contents(makeZip(members)), expected)
  assert.deepEqual(await contents(makeZip(members, Buffer.from('#!/bin/sh\nexec java -jar "$0"\n'))), expected)
})

test('what was written is read, whatever it is, in windows too', async () => {
  const member = fc.record({
    path: fc.string({ minLength: 1, maxLength: 40 }).map((text) => text.toWellFormed()),
    content: fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
    isDeflated: fc.boolean(),
    isWide: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(member, { maxLength: 8 }), fc.integer({ min: 1, max: 5000 }), async (members, window) => {
      const file = readAhead(bytesAccess(makeZip(members)), window)
      const entries = await readZipEntries(file, job)
      assert.deepEqual(
        entries.map(({ path }) => path),
        members.map(({ path }) => path),
      )
      for (const [index, entry] of entries.entries())
        assert.deepEqual(await readZipEntry(file, entry, bytesMax), members[index]?.content)
    }),
  )
})

test('a stored archive in another is read in its place', async () => {
  const file = bytesAccess(makeZip([{ path: 'lib/inner.jar', content: makeZip([{ path: 'A.class', content: 'x' }]) }]))
  const [entry] = await readZipEntries(file, job)
  assert.ok(entry !== undefined)
  const inner = await packedBytes(file, entry)
  assert.deepEqual(
    (await readZipEntries(inner, job)).map(({ path }) => path),
    ['A.class'],
  )
})

test('content that is not what the list says is refused', async () => {
  for (const isDeflated of [false, true]) {
    const zip = makeZip([{ path: 'a', content: 'abcdefgh'.repeat(10), isDeflated }])
    zip[34] = (zip[34] ?? 0) ^ 0x01
    await assert.rejects(contents(zip), code('bad-archive'))
    const [entry] = await readZipEntries(bytesAccess(zip), job)
    assert.ok(entry !== undefined)
    await assert.rejects(readAll(openZipEntry(bytesAccess(zip), entry, job), bytesMax), code('bad-archive'))
  }
})

test('more content than the list says is refused before it is there', async () => {
  const zip = makeZip([{ path: 'bomb', content: Buffer.alloc(50_000_000), isDeflated: true }])
  const [entry] = await readZipEntries(bytesAccess(zip), job)
  assert.ok(entry !== undefined)
  const small = { ...entry, sizeBytes: 1000 }
  await assert.rejects(readZipEntry(bytesAccess(zip), small, bytesMax), code('bad-archive'))
  await assert.rejects(readAll(openZipEntry(bytesAccess(zip), small, job), bytesMax), code('bad-archive'))
  await assert.rejects(readZipEntry(bytesAccess(zip), entry, bytesMax), code('archive-too-large'))
})

test('what is encrypted or packed otherwise is listed, and not read', async () => {
  const members: readonly MadeMember[] = [
    { path: 'secret', content: 'x', flags: 1 },
    { path: 'bzip2', content: 'x', method: 12 },
  ]
  const file = bytesAccess(makeZip(members))
  const entries = await readZipEntries(file, job)
  assert.equal(entries.length, 2)
  for (const entry of entries) await assert.rejects(readZipEntry(file, entry, bytesMax), code('unsupported-archive'))
})

test('what is no archive, or not all of one, is refused', async () => {
  const zip = makeZip([{ path: 'a', content: 'x' }])
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.from('PK'),
    Buffer.alloc(100_000),
    zip.subarray(0, -1),
    zip.subarray(40),
  ])
    await assert.rejects(contents(bytes), code('bad-archive'), String(bytes.length))
  const counted = Buffer.from(zip)
  counted.writeUInt16LE(2, zip.length - 12)
  await assert.rejects(contents(counted), code('bad-archive'))
})

test('a list that is longer than the limit is refused', async () => {
  const limits = { ...defaultLimits, zipDirectoryBytesMax: 50 }
  const members = [{ path: 'a'.repeat(10), content: 'x' }]
  await assert.rejects(readZipEntries(bytesAccess(makeZip(members)), createJob({ limits })), code('archive-too-large'))
})

test('whatever is damaged, an archive is read or refused', async () => {
  const zip = makeZip([
    { path: 'a', content: 'text '.repeat(100), isDeflated: true },
    { path: 'b', content: 'x', isWide: true },
  ])
  const change = fc.tuple(fc.integer({ min: 0, max: zip.length - 1 }), fc.integer({ min: 0, max: 255 }))
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
      const damaged = Buffer.from(zip)
      for (const [at, value] of changes) damaged[at] = value
      await contents(damaged).catch((error: unknown) => assert.ok(error instanceof ArchiveError, String(error)))
    }),
    { numRuns: 500 },
  )
})
