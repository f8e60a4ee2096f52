import assert from 'node:assert/strict'
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { TarContent } from '../../archive/tar-entry.ts'
import { writeTar } from '../../archive/tar-writer.ts'
import { indexLayer } from '../../filetree/index-layer.ts'
import { byteStream } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import type { Layer } from '../../image/image.ts'
import { file, tarOf } from '../../../test/support/layers.ts'
import { temporaryStore, type TemporaryStore } from '../../../test/support/store.ts'
import { PackedBlocks } from '../cache/packed-blocks.ts'
import { writeLayer } from './write-layer.ts'

const job = createJob()

/** Some megabytes of small files; `changed` is longer than before, so that everything after it moves. */
async function tarWith(changed: string | undefined, linesCount = 500): Promise<Uint8Array> {
  const lines = (name: number): string =>
    Array.from({ length: linesCount }, (_, line) => `${name * line * 7919}\n`).join('')
  const items = Array.from({ length: 900 }, (_, name) => file(`file-${name}`, lines(name)))
  if (changed !== undefined) items[100] = file('file-100', changed)
  return await tarOf(items)
}

/** Counts what is asked for, and what is known. */
function countRecalls(packed: PackedBlocks): { asked: number; known: number } {
  const counts = { asked: 0, known: 0 }
  const recall = packed.recall.bind(packed)
  packed.recall = async (key) => {
    const found = await recall(key)
    counts.asked += 1
    counts.known += found === undefined ? 0 : 1
    return found
  }
  return counts
}

async function write(
  tar: Uint8Array,
  place: TemporaryStore,
  format: 'gzip' | 'zstd',
): Promise<{ readonly layer: Layer; readonly asked: number; readonly known: number }> {
  await using packed = await PackedBlocks.open(cacheOf(place), 'key', place.store, job)
  const counts = countRecalls(packed)
  const compression = { format, level: undefined }
  const layer = await writeLayer(byteStream(tar), { store: place.store, compression, packed }, job)
  return { layer, ...counts }
}

const cacheOf = (place: TemporaryStore): string => join(place.path, '../build')
const fileOf = (place: TemporaryStore): string => join(cacheOf(place), 'packed/key')

describe('a layer of which some files have changed', () => {
  for (const format of ['gzip', 'zstd'] as const) {
    test(`${format}: is the one that it would be without what is known, and few blocks are compressed`, async () => {
      await using place = await temporaryStore()
      await using other = await temporaryStore()
      const linesCount = format === 'gzip' ? 500 : 1500
      const first = await write(await tarWith(undefined, linesCount), place, format)
      assert.equal(first.known, 0)
      const tar = await tarWith('longer\n'.repeat(9000), linesCount)
      const second = await write(tar, place, format)
      const fresh = await write(tar, other, format)
      assert.deepEqual(second.layer.descriptor, fresh.layer.descriptor)
      assert.equal(second.layer.diffId, fresh.layer.diffId)
      assert.ok(second.asked - second.known <= 4, `${second.known} of ${second.asked} are known`)
      assert.ok(second.known > 0)
      const third = await write(tar, place, format)
      assert.deepEqual(third.layer.descriptor, second.layer.descriptor)
      assert.equal(third.known, third.asked)
    })
  }

  test('is made anew where its blob or what is known of it is gone or damaged', async () => {
    await using place = await temporaryStore()
    const tar = await tarWith(undefined)
    const { layer } = await write(tar, place, 'gzip')
    const known = await readFile(fileOf(place))
    const blob = join(place.path, 'blobs', layer.descriptor.digest.replace(':', '/'))
    const bytes = await readFile(blob)
    const damages = {
      'a byte of the blob': async () =>
        writeFile(
          blob,
          bytes.map((byte, at) => (at === 5000 ? byte ^ 1 : byte)),
        ),
      'the blob is shorter': () => truncate(blob, 5000),
      'there is no blob': () => rm(blob),
      'the file is shorter': () => truncate(fileOf(place), known.length - 1),
      'the file is of another version': () => writeFile(fileOf(place), known.toString('latin1').replace(':1,', ':2,')),
      'there is no file': () => rm(fileOf(place)),
    }
    for (const [name, damage] of Object.entries(damages)) {
      await using reopened = await temporaryStore()
      await writeFile(blob, bytes)
      await writeFile(fileOf(place), known)
      await damage()
      await using packed = await PackedBlocks.open(cacheOf(place), 'key', place.store, job)
      const compression = { format: 'gzip', level: undefined } as const
      const again = await writeLayer(byteStream(tar), { store: reopened.store, compression, packed }, job)
      assert.deepEqual(again.descriptor, layer.descriptor, name)
    }
  })

  test('of a few blocks is not remembered', async () => {
    await using place = await temporaryStore()
    await write(await tarOf([file('small', 'small')]), place, 'gzip')
    await assert.rejects(readdir(join(cacheOf(place), 'packed')), /ENOENT/)
  })

  test('is right also where a file has changed and nobody has noticed', async () => {
    await using place = await temporaryStore()
    await using other = await temporaryStore()
    const contentsWith = (changed: string): TarContent[] =>
      Array.from({ length: 900 }, (_, name) => {
        const body = Buffer.from(name === 450 ? changed.repeat(500) : `${name}\n`.repeat(900))
        const { entry, content } = file(`file-${name}`, body)
        return { entry, body: byteStream(content), digest: `sha256 of ${name}` }
      })
    const writeKnown = async (contents: readonly TarContent[], into: TemporaryStore): Promise<Layer> => {
      await using packed = await PackedBlocks.open(cacheOf(into), 'key', into.store, job)
      const tar = writeTar(contents, job, { bodies: packed.bodies })
      const compression = { format: 'gzip', level: undefined } as const
      return await writeLayer(tar, { store: into.store, compression, packed }, job)
    }
    await writeKnown(contentsWith('before'), place)
    const second = await writeKnown(contentsWith('behind'), place)
    const fresh = await writeKnown(contentsWith('behind'), other)
    assert.deepEqual(second.descriptor, fresh.descriptor)
    assert.equal(second.diffId, fresh.diffId)
  })
})

describe('a layer that is looked into next', () => {
  const compression = { format: 'gzip', level: undefined } as const

  test('is indexed while it is written, and is not read again', async () => {
    await using place = await temporaryStore()
    const indexDirectory = join(place.path, '../layers')
    const layer = await writeLayer(byteStream(await tarWith(undefined)), { ...place, compression, indexDirectory }, job)
    const unread: Layer = { ...layer, openTar: () => assert.fail('it was read') }
    await using index = await indexLayer(unread, indexDirectory, job)
    const found = index.index.get('/file-7') ?? assert.fail('it has no file-7')
    assert.equal(
      Buffer.from(await index.read(found, 1e6))
        .toString()
        .split('\n')[1],
      String(7 * 7919),
    )
    assert.deepEqual(await readdir(join(indexDirectory, 'temporary')), [])
  })

  test('leaves nothing where its tar breaks off', async () => {
    await using place = await temporaryStore()
    const indexDirectory = join(place.path, '../layers')
    const whole = await tarWith(undefined)
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield whole.subarray(0, 1_000_000)
      throw new Error('the container is gone')
    }
    await assert.rejects(writeLayer(broken(), { ...place, compression, indexDirectory }, job), /container is gone/)
    assert.deepEqual(await readdir(join(indexDirectory, 'temporary')), [])
    assert.deepEqual(await readdir(indexDirectory), ['temporary'])
  })
})
