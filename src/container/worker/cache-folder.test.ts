import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { makeCacheFolder } from './cache-folder.ts'

const job = createJob()

describe('the folder of a cache', () => {
  test('is made by one of two who want it at once, and stays in its place', async () => {
    await using place = await temporaryDirectory()
    const directory = join(place.path, 'cache')
    const makers: string[] = []
    let second: Promise<void> | undefined
    const first = makeCacheFolder(
      directory,
      async () => {
        makers.push('first')
        second = makeCacheFolder(directory, async () => void makers.push('second'), job)
      },
      job,
    )
    await first
    await second
    assert.deepEqual(makers, ['first'])
    assert.deepEqual(await readdir(place.path), ['cache'])
  })

  test('is not there, nor anything else, when it cannot be filled', async () => {
    await using place = await temporaryDirectory()
    const directory = join(place.path, 'cache')
    const failing = makeCacheFolder(
      directory,
      async (folder) => {
        await writeFile(join(folder, 'half'), '')
        throw new Error('stop')
      },
      job,
    )
    await assert.rejects(failing, /stop/)
    assert.deepEqual(await readdir(place.path), [])
  })

  test('is left as it is where it is there', async () => {
    await using place = await temporaryDirectory()
    const directory = join(place.path, 'cache')
    await makeCacheFolder(directory, (folder) => writeFile(join(folder, 'a'), 'kept'), job)
    await makeCacheFolder(directory, (folder) => writeFile(join(folder, 'a'), 'other'), job)
    assert.equal(await readFile(join(directory, 'a'), 'utf8'), 'kept')
  })
})
