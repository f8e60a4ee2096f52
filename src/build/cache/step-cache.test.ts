import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { mediaTypes } from '../../image/media-type.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { BuildError } from '../errors.ts'
import { StepCache, type StepRecord } from './step-cache.ts'
import { stepKey } from './step-key.ts'

const key = stepKey({ a: 1 })
const digest = `sha256:${'a'.repeat(64)}` as const
const record: StepRecord = {
  ...{ kind: 'layer', version: 1, title: '[1/2] RUN true', elapsedMs: 12 },
  layer: { diffId: digest, descriptor: { mediaType: mediaTypes.ociLayerGzip, digest, size: 5 } },
}

describe('StepCache', () => {
  test('finds what was put, also from another process', async () => {
    await using folder = await temporaryDirectory()
    await new StepCache(folder.path).put(key, record)
    assert.deepEqual(await new StepCache(folder.path).find(key, 'layer'), record)
    assert.equal(await new StepCache(folder.path).find(stepKey({ a: 2 }), 'layer'), undefined)
  })

  test('does not take one kind of record for another', async () => {
    await using folder = await temporaryDirectory()
    const cache = new StepCache(folder.path)
    await cache.put(key, { kind: 'selection', version: 1, digest })
    assert.equal(await cache.find(key, 'layer'), undefined)
    assert.equal((await cache.find(key, 'selection'))?.digest, digest)
  })

  for (const [what, text] of [
    ['is cut off', '{"kind":"layer","ver'],
    ['is of another version', JSON.stringify({ ...record, version: 2 })],
    ['is empty', ''],
  ] as const) {
    test(`takes a record that ${what} for none`, async () => {
      await using folder = await temporaryDirectory()
      const cache = new StepCache(folder.path)
      await cache.put(key, record)
      await writeFile(join(folder.path, 'steps', key.slice(0, 2), `${key.slice(2)}.json`), text)
      assert.equal(await cache.find(key, 'layer'), undefined)
      await cache.put(key, record)
      assert.deepEqual(await cache.find(key, 'layer'), record)
    })
  }

  test('leaves nothing but the record', async () => {
    await using folder = await temporaryDirectory()
    await new StepCache(folder.path).put(key, record)
    assert.deepEqual(await readdir(join(folder.path, 'steps', key.slice(0, 2))), [`${key.slice(2)}.json`])
  })

  test('says when it cannot be written', async () => {
    await using folder = await temporaryDirectory()
    await writeFile(join(folder.path, 'file'), '')
    const put = new StepCache(join(folder.path, 'file')).put(key, record)
    await assert.rejects(put, (error) => error instanceof BuildError && error.code === 'build-cache-unusable')
  })
})
