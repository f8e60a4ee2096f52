import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { indexLayer } from '../../src/filetree/index-layer.ts'
import { listCachedLayers, pruneLayerCache } from '../../src/filetree/prune.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../src/std/temporary.ts'
import { describeLayer, file, layerOfTar, tarOf } from '../support/layers.ts'

const program = fileURLToPath(new URL('index-process.ts', import.meta.url))
const job = createJob()
const tar = await tarOf(Array.from({ length: 300 }, (_, number) => file(`folder/${number}`, Buffer.alloc(10_000))))
const layer = layerOfTar(tar)

/** Runs index-process.ts. It does not outlive the test. */
function start(test: TestContext, ...args: readonly string[]): ChildProcessByStdio<null, Readable, null> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  test.after(() => child.kill('SIGKILL'))
  return child
}

async function withTar(): Promise<{
  readonly folder: TemporaryDirectory
  readonly cache: string
  readonly tarPath: string
}> {
  const folder = await temporaryDirectory()
  const tarPath = join(folder.path, 'layer.tar')
  await writeFile(tarPath, tar)
  return { folder, cache: join(folder.path, 'cache'), tarPath }
}

describe('a process that is killed while it indexes a layer', { timeout: 60_000 }, () => {
  for (const bytes of [0, tar.length / 2, tar.length]) {
    test(`after ${bytes} bytes leaves nothing that counts, and what it left is pruned`, async (t) => {
      const { folder, cache, tarPath } = await withTar()
      await using _ = folder
      const child = start(t, cache, tarPath, String(bytes))
      await once(child.stdout, 'data')
      await pruneLayerCache(cache, { keep: new Set() }, job)
      assert.equal((await readdir(join(cache, 'temporary'))).length, 1, 'what is being made is left alone')
      child.kill('SIGKILL')
      await once(child, 'exit')
      assert.deepEqual(await listCachedLayers(cache), [])
      await using indexed = await indexLayer(layer, cache, job)
      assert.equal(indexed.index.entryCount, 302)
      await pruneLayerCache(cache, { keep: new Set([layer.diffId]) }, job)
      assert.deepEqual(await readdir(join(cache, 'temporary')), [])
    })
  }
})

test('several processes may index one layer at once, beside one that prunes', { timeout: 60_000 }, async (t) => {
  const { folder, cache, tarPath } = await withTar()
  await using _ = folder
  const children = Array.from({ length: 4 }, () => start(t, cache, tarPath))
  const outputs = Promise.all(children.map((child) => text(child.stdout)))
  let areRunning = true
  const ended = outputs.finally(() => {
    areRunning = false
  })
  while (areRunning) {
    await pruneLayerCache(cache, { keep: new Set() }, job)
    await using indexed = await indexLayer(layer, cache, job)
    assert.equal(indexed.index.entryCount, 302)
  }
  await ended
  await using indexed = await indexLayer(layer, cache, job)
  for (const output of await outputs) assert.equal(output, describeLayer(indexed.index).join('\n'))
})
