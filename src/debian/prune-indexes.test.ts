import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { byteStream } from '../std/bytes.ts'
import { lockFile } from '../std/file-lock.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { listFiles } from './index/cached-list.ts'
import { openPackageIndex } from './package-index.ts'
import { prunePackageIndexes } from './prune-indexes.ts'

const job = createJob()
const longAgo = new Date('2026-01-01')
const later = new Date('2026-02-01').getTime()

/** Takes a list in, and lets it look as if it was last opened long ago. @returns its hash. */
async function takeIn(directory: string, name: string): Promise<string> {
  const text = Buffer.from(`Package: ${name}\nVersion: 1\nArchitecture: all\n`)
  const sha256 = createHash('sha256').update(text).digest('hex')
  await using index = await openPackageIndex({ title: name, sha256, open: () => byteStream(text) }, directory, job)
  assert.equal(index.packageCount, 1)
  await utimes(listFiles(directory, sha256).tables, longAgo, longAgo)
  return sha256
}

describe('prunePackageIndexes', () => {
  test('removes what was not opened since', async () => {
    await using folder = await temporaryDirectory()
    await takeIn(folder.path, 'old')
    const kept = await takeIn(folder.path, 'kept')
    await using again = await openPackageIndex(
      { title: 'kept', sha256: kept, open: () => assert.fail('it is there') },
      folder.path,
      job,
    )
    const { removedCount, freedBytes } = await prunePackageIndexes(folder.path, later, job)
    assert.equal(removedCount, 1)
    assert.ok(freedBytes > 100)
    assert.deepEqual((await readdir(folder.path)).toSorted(), [`${kept}.packages`, `${kept}.tables`])
    assert.equal(again.packages('kept').length, 1)
  })

  test('who has a list open keeps it', async () => {
    await using folder = await temporaryDirectory()
    const sha256 = await takeIn(folder.path, 'old')
    const list = { title: 'old', sha256, open: () => assert.fail('it is there') }
    await using index = await openPackageIndex(list, folder.path, job)
    assert.equal((await prunePackageIndexes(folder.path, Date.now() + 60_000, job)).removedCount, 1)
    assert.equal(index.packages('old').length, 1)
    assert.deepEqual(await readdir(folder.path), [])
  })

  test('removes what killed processes left behind, and leaves who is at work alone', async () => {
    await using folder = await temporaryDirectory()
    const [left, busy] = ['11', '22'].map((digits) => listFiles(folder.path, digits.repeat(32)))
    assert.ok(left !== undefined && busy !== undefined)
    await writeFile(left.partialText, 'abc')
    await writeFile(left.partialTables, 'de')
    await using _lock = await lockFile(busy.partialText, 'exclusive', { title: 'a test' }, job)
    assert.deepEqual(await prunePackageIndexes(folder.path, later, job), { removedCount: 0, freedBytes: 5 })
    assert.deepEqual(await readdir(folder.path), [`${'22'.repeat(32)}.packages.partial`])
  })

  test('removes a text whose tables were thrown away, and no file of others', async () => {
    await using folder = await temporaryDirectory()
    const { tables, text } = listFiles(folder.path, await takeIn(folder.path, 'old'))
    await rm(tables)
    await utimes(text, longAgo, longAgo)
    await writeFile(join(folder.path, 'notes.tables'), '')
    assert.equal((await prunePackageIndexes(folder.path, later, job)).removedCount, 1)
    assert.deepEqual(await readdir(folder.path), ['notes.tables'])
  })

  test('has nothing to do in a folder that is not there', async () => {
    await using folder = await temporaryDirectory()
    const result = await prunePackageIndexes(join(folder.path, 'none'), later, job)
    assert.deepEqual(result, { removedCount: 0, freedBytes: 0 })
  })
})
