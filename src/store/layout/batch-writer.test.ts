import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { temporaryDirectory } from '../../std/temporary.ts'
import { createBatchWriter } from './batch-writer.ts'

describe('createBatchWriter', () => {
  for (const sizes of [[], [0], [1], [70_000, 1, 0, 700_000], Array.from({ length: 3000 }, (_, index) => index % 7)]) {
    test(`writes ${sizes.length} pieces in their order`, async () => {
      await using folder = await temporaryDirectory()
      const path = join(folder.path, 'file')
      await using handle = await open(path, 'w')
      await handle.write('begun ')
      const pieces = sizes.map((size) => randomBytes(size))
      const writer = createBatchWriter(handle, path, 6, { syncsEarly: true })
      for (const piece of pieces) await writer.write(piece)
      await writer.flush()
      assert.deepEqual(await readFile(path), Buffer.concat([Buffer.from('begun '), ...pieces]))
    })
  }

  test('goes on where a write was cut short', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'file')
    await using handle = await open(path, 'w')
    const writev = handle.writev.bind(handle)
    handle.writev = async <Pieces extends readonly NodeJS.ArrayBufferView[]>(pieces: Pieces, position?: number) => {
      const [first] = pieces
      assert.ok(first instanceof Uint8Array)
      const { bytesWritten } = await writev([first.subarray(0, 2)], position)
      return { bytesWritten, buffers: pieces }
    }
    const writer = createBatchWriter(handle, path, 0, { syncsEarly: true })
    await writer.write(Buffer.from('written in '))
    await writer.write(Buffer.from('small parts'))
    await writer.flush()
    assert.equal(await readFile(path, 'utf8'), 'written in small parts')
  })

  test('reports a failure with the name of the file', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'file')
    const handle = await open(path, 'w')
    const writer = createBatchWriter(handle, path, 0, { syncsEarly: true })
    await writer.write(Buffer.from('lost'))
    await handle.close()
    await assert.rejects(writer.flush(), { code: 'file-system', message: new RegExp(path) })
  })
})
