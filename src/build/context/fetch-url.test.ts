import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { startHttpServer } from '../../../test/support/http-server.ts'
import { digestOf } from '../../image/digest.ts'
import { readAll } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { fetchUrl, type FetchedFile } from './fetch-url.ts'
import { createHttpClient } from './http-client.ts'

const job = createJob()
const content = 'what lies there'
const checksum = digestOf(Buffer.from(content))

async function read(file: FetchedFile): Promise<string> {
  return Buffer.from(await readAll(file.open(job), 1000)).toString()
}

describe('a file that was fetched', () => {
  for (const [when, isKnown] of [
    ['just now', false],
    ['by an earlier build', true],
  ] as const) {
    test(`${when} can be read, and more than once, when somebody empties the cache meanwhile`, async () => {
      await using cache = await temporaryDirectory()
      await using server = await startHttpServer((_, response) => response.end(content))
      using client = createHttpClient({})
      const url = new URL(`http://${server.host}/file`)
      const options = { client, cacheDirectory: cache.path, checksum }
      if (isKnown) await (await fetchUrl(url, options, job))[Symbol.asyncDispose]()
      await using file = await fetchUrl(url, options, job)
      await rm(join(cache.path, 'fetched'), { recursive: true })
      assert.equal(await read(file), content)
      assert.equal(await read(file), content)
    })
  }

  test('is there, though nothing of it is kept, when the cache is emptied while it comes', async () => {
    await using cache = await temporaryDirectory()
    await using server = await startHttpServer((_, response) => response.end(content))
    using client = createHttpClient({})
    let emptied: readonly string[] = []
    // The limits are asked for with each piece.
    const emptying = Object.defineProperty({ ...job }, 'limits', {
      get() {
        emptied = readdirSync(cache.path)
        for (const name of emptied) rmSync(join(cache.path, name), { recursive: true })
        return job.limits
      },
    })
    const options = { client, cacheDirectory: cache.path, checksum: undefined }
    {
      await using file = await fetchUrl(new URL(`http://${server.host}/file`), options, emptying)
      assert.equal(emptied.length, 1)
      assert.equal(await read(file), content)
    }
    assert.deepEqual(await readdir(join(cache.path, 'fetched', 'urls')), [])
  })
})
