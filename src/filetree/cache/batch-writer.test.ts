import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BatchWriter, type VectorWriter } from './batch-writer.ts'

const chunks = Array.from({ length: 50 }, (_, number) => Buffer.alloc(number * 1999, number))

/** A file that takes at most so many bytes at once, as a file system may. */
function memoryFile(bytesAtOnce: number): VectorWriter & { readonly content: Buffer; readonly calls: () => number } {
  const content = Buffer.alloc(chunks.reduce((sum, chunk) => sum + chunk.length, 0))
  let calls = 0
  return {
    content,
    calls: () => calls,
    async writev(parts, position) {
      calls += 1
      const taken = Buffer.concat(parts).subarray(0, bytesAtOnce)
      content.set(taken, position)
      return { bytesWritten: taken.length }
    },
  }
}

for (const bytesAtOnce of [70_001, 1e9]) {
  test(`everything is written in order, ${bytesAtOnce} bytes at once`, async () => {
    const file = memoryFile(bytesAtOnce)
    const writer = new BatchWriter(file)
    for (const chunk of chunks) await writer.add(chunk)
    await writer.finish()
    assert(file.content.equals(Buffer.concat(chunks)))
    assert(bytesAtOnce < 1e9 || file.calls() === 3, 'in batches of a mebibyte')
  })
}

test('a failed write is told by the next call, and settling waits for it without telling', async () => {
  const writer = new BatchWriter({ writev: () => Promise.reject(new Error('the disk is full')) })
  await writer.add(Buffer.alloc(2 ** 20))
  await writer.settle()
  await assert.rejects(writer.add(Buffer.alloc(2 ** 20)), /the disk is full/)
  await assert.rejects(writer.finish(), /the disk is full/)
})
