import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { open, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { describeLayer, file, layerOf, layerOfTar, tarOf } from '../../test/support/layers.ts'
import { digestHex, digestOf } from '../image/digest.ts'
import type { Layer } from '../image/image.ts'
import { readAll } from '../std/bytes.ts'
import type { ProgressEvent } from '../std/events.ts'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { indexLayer } from './index-layer.ts'
import { pruneLayerCache } from './prune.ts'

const job = createJob()

/** The layer, and how often its bytes were asked for. */
function counted(layer: Layer): { readonly layer: Layer; opened: () => number } {
  let count = 0
  const openTar: Layer['openTar'] = (job) => {
    count += 1
    return layer.openTar(job)
  }
  return { layer: { ...layer, openTar }, opened: () => count }
}

function folderOf(directory: string, layer: Layer): string {
  return join(directory, 'sha256', digestHex(layer.diffId))
}

/** Nothing but this layer's folder may be in the cache. */
async function assertNothingLeft(directory: string, expected: readonly string[]): Promise<void> {
  const files = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => [])
  assert.deepEqual(
    files
      .filter((each) => each.isFile())
      .map((each) => each.name)
      .toSorted(),
    expected,
  )
}

describe('a layer that was indexed', () => {
  test('is opened without its bytes, with all that is in it, and marked as used', async () => {
    await using cache = await temporaryDirectory()
    const { layer, opened } = counted(await layerOf([file('a/b', 'content')]))
    const directory = join(cache.path, 'made/on/demand')
    await using first = await indexLayer(layer, directory, job)
    await utimes(folderOf(directory, layer), 0, 0)
    const clock = { ...job.clock, now: () => 86_400_000 }
    await using second = await indexLayer(layer, directory, createJob({ clock }))
    assert.equal(opened(), 1)
    assert.equal((await stat(folderOf(directory, layer))).mtimeMs, 86_400_000)
    assert.deepEqual(describeLayer(second.index), describeLayer(first.index))
    const entry = second.index.get('a/b')
    assert(entry !== undefined)
    assert.equal(Buffer.from(await second.read(entry, 100)).toString(), 'content')
    assert.deepEqual(await readFile(second.tarPath), Buffer.from(await readAll(layer.openTar(job), 1e6)))
    await assertNothingLeft(directory, ['index', 'tar'])
  })

  test('stays where it is when somebody else makes it, too', async () => {
    await using cache = await temporaryDirectory()
    const layer = await layerOf([file('a', 'content')])
    const folderNumber = async (): Promise<number> => (await stat(folderOf(cache.path, layer))).ino
    let first: number | undefined
    const overtaken: Layer = {
      ...layer,
      async *openTar(inner) {
        await using _ = await indexLayer(layer, cache.path, inner)
        first = await folderNumber()
        yield* layer.openTar(inner)
      },
    }
    await using second = await indexLayer(overtaken, cache.path, job)
    assert.equal(await folderNumber(), first)
    const entry = second.index.get('a')
    assert(entry !== undefined)
    assert.equal(Buffer.from(await second.read(entry, 100)).toString(), 'content')
    await assertNothingLeft(cache.path, ['index', 'tar'])
  })

  test('stays when an earlier copy of it, which somebody has pruned, is found to be damaged', async () => {
    await using cache = await temporaryDirectory()
    const layer = await layerOf([file('a', 'content')])
    await using damaged = await indexLayer(layer, cache.path, job)
    const entry = damaged.index.get('a')
    assert(entry !== undefined)
    await writeFile(join(folderOf(cache.path, layer), 'tar'), Buffer.alloc(10_240))
    await pruneLayerCache(cache.path, { keep: new Set() }, job)
    await using sound = await indexLayer(layer, cache.path, job)
    const { ino } = await stat(folderOf(cache.path, layer))
    await assert.rejects(damaged.read(entry, 100), { code: 'damaged-cache' })
    assert.equal((await stat(folderOf(cache.path, layer))).ino, ino)
    assert.equal(Buffer.from(await sound.read(entry, 100)).toString(), 'content')
  })

  test('can be read by nobody but its owner', async () => {
    await using cache = await temporaryDirectory()
    const layer = await layerOf([])
    await using _ = await indexLayer(layer, cache.path, job)
    assert.equal((await stat(join(cache.path, 'sha256'))).mode & 0o777, 0o700)
  })

  test('can be of sha512', async () => {
    await using cache = await temporaryDirectory()
    const tar = await tarOf([file('a')])
    const layer: Layer = { ...layerOfTar(tar), diffId: digestOf(tar, 'sha512') }
    for (const _ of [1, 2]) {
      await using opened = await indexLayer(layer, cache.path, job)
      assert.equal(opened.index.diffId, layer.diffId)
    }
  })

  test('is the same whatever chunks it came in', async () => {
    await using cache = await temporaryDirectory()
    const tar = await tarOf([file('small', 'x'), file('large', Buffer.alloc(200_000, 'y')), file('z', 'end')])
    const files = new Set<string>()
    for (const chunkBytes of [100, 511, 512, 70_000, tar.length]) {
      const layer = layerOfTar(tar, chunkBytes)
      await using _ = await indexLayer(layer, cache.path, job)
      files.add((await readFile(join(folderOf(cache.path, layer), 'index'))).toString('hex'))
      await rm(folderOf(cache.path, layer), { recursive: true })
    }
    assert.equal(files.size, 1)
  })

  test('tells how far it is, and needs nobody to listen', async () => {
    await using cache = await temporaryDirectory()
    const events: ProgressEvent[] = []
    const layer = await layerOf([file('a', Buffer.alloc(20_000_000))])
    await using _ = await indexLayer(layer, cache.path, createJob({ emit: (event) => events.push(event) }))
    assert.deepEqual(
      events.map(({ type }) => type),
      ['task-started', 'task-progress', 'task-done'],
    )
  })
})

describe('a sparse file', () => {
  test('has the digest and the content of the whole, and its runs', async () => {
    await using folder = await temporaryDirectory()
    const content = Buffer.concat([Buffer.alloc(100_000), Buffer.alloc(70_000, 'x'), Buffer.alloc(1_000_000)])
    const path = join(folder.path, 'sparse')
    const handle = await open(path, 'w')
    await handle.write(Buffer.alloc(70_000, 'x'), 0, 70_000, 100_000)
    await handle.truncate(content.length)
    await handle.close()
    execFileSync('tar', ['--sparse', '--format=pax', '-cf', 'sparse.tar', 'sparse'], { cwd: folder.path })
    const layer = layerOfTar(await readFile(join(folder.path, 'sparse.tar')))
    await using indexed = await indexLayer(layer, join(folder.path, 'cache'), job)
    const entry = indexed.index.get('sparse')
    assert(entry !== undefined)
    assert.equal(entry.digest, digestOf(content))
    assert.equal(entry.sizeBytes, content.length)
    assert(entry.storedBytes < 200_000)
    assert(content.equals(await indexed.read(entry, 2e6)))
    for (const offset of [0, 50_000, 100_000, 150_000, 169_999, 170_000, 1_169_999, 1_170_000]) {
      assert(
        content.subarray(offset).equals(await readAll(indexed.openFile(entry, job, offset), 2e6)),
        `from ${offset}`,
      )
    }
  })
})

describe('nothing is kept', () => {
  test('of a layer with another diff ID', async () => {
    await using cache = await temporaryDirectory()
    const layer: Layer = { ...(await layerOf([file('a')])), diffId: digestOf(Buffer.from('other')) }
    await assert.rejects(indexLayer(layer, cache.path, job), { name: 'ImageError', code: 'digest-mismatch' })
    await assertNothingLeft(cache.path, [])
  })

  test('of a layer that is cut short, that is no tar, or whose source fails', async () => {
    await using cache = await temporaryDirectory()
    const tar = await tarOf([file('a', Buffer.alloc(5000))])
    const failing: Layer = {
      ...layerOfTar(tar),
      async *openTar() {
        yield tar.subarray(0, 1000)
        throw new Error('the line was cut')
      },
    }
    await assert.rejects(indexLayer(layerOfTar(tar.subarray(0, 2000)), cache.path, job), { code: 'bad-archive' })
    await assert.rejects(indexLayer(layerOfTar(Buffer.alloc(600, 'x')), cache.path, job), { code: 'bad-archive' })
    await assert.rejects(indexLayer(failing, cache.path, job), /the line was cut/)
    await assertNothingLeft(cache.path, [])
  })

  test('of a job that is given up', async () => {
    await using cache = await temporaryDirectory()
    const stop = new AbortController()
    const tar = await tarOf([file('a', Buffer.alloc(5000))])
    const layer: Layer = {
      ...layerOfTar(tar),
      async *openTar() {
        yield tar.subarray(0, 1000)
        stop.abort(new Error('enough'))
        yield tar.subarray(1000)
      },
    }
    await assert.rejects(indexLayer(layer, cache.path, createJob({ signal: stop.signal })), /enough/)
    await assertNothingLeft(cache.path, [])
  })
})

describe('what is damaged in the cache is found and made again:', () => {
  const damages: readonly (readonly [string, (folder: string) => Promise<unknown>])[] = [
    ['an index cut short', (folder) => truncate(join(folder, 'index'), 300)],
    ['an empty index', (folder) => truncate(join(folder, 'index'))],
    ['a missing index', (folder) => rm(join(folder, 'index'))],
    ['a missing tar', (folder) => rm(join(folder, 'tar'))],
    ['a tar cut short', (folder) => truncate(join(folder, 'tar'), 512)],
    ['a tar that is too long', (folder) => truncate(join(folder, 'tar'), 1_000_000)],
    ['an index of another version', (folder) => changeByte(join(folder, 'index'), 8)],
    ['a changed byte', (folder) => changeByte(join(folder, 'index'), 250)],
  ]
  for (const [name, damage] of damages) {
    test(name, async () => {
      await using cache = await temporaryDirectory()
      const { layer, opened } = counted(await layerOf([file('a', 'content')]))
      await using first = await indexLayer(layer, cache.path, job)
      await damage(folderOf(cache.path, layer))
      await using second = await indexLayer(layer, cache.path, job)
      assert.equal(opened(), 2)
      assert.deepEqual(describeLayer(second.index), describeLayer(first.index))
      await assertNothingLeft(cache.path, ['index', 'tar'])
    })
  }

  test('a changed byte in the tar, when the file that has it is read', async () => {
    await using cache = await temporaryDirectory()
    const { layer, opened } = counted(await layerOf([file('a', 'content')]))
    for (const how of ['read', 'openFile'] as const) {
      await using indexed = await indexLayer(layer, cache.path, job)
      const entry = indexed.index.get('a')
      assert(entry !== undefined)
      await changeByte(indexed.tarPath, entry.dataOffsetBytes)
      const reading = how === 'read' ? indexed.read(entry, 100) : readAll(indexed.openFile(entry, job), 100)
      await assert.rejects(reading, {
        name: 'FileTreeError',
        code: 'damaged-cache',
        message: /^\/a in the cached layer/,
      })
      await assertNothingLeft(cache.path, [])
    }
    assert.equal(opened(), 2)
  })
})

test('a cache folder that cannot be one is said by its name', async () => {
  await using cache = await temporaryDirectory()
  const path = join(cache.path, 'file')
  await writeFile(path, '')
  const layer = await layerOf([file('a')])
  await assert.rejects(indexLayer(layer, path, job), { code: 'cache-unusable', message: /file cannot be used/ })
})

async function changeByte(path: string, position: number): Promise<void> {
  const bytes = await readFile(path)
  bytes[position] = (bytes[position] ?? 0) ^ 1
  await writeFile(path, bytes)
}
