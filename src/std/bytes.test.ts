import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { byteStream, readAll, TooManyBytesError } from './bytes.ts'

describe('readAll', () => {
  test('joins the pieces', async () => {
    const bytes = await readAll(byteStream(Buffer.from('a'), Buffer.from(''), Buffer.from('bc')), 3)
    assert.equal(Buffer.from(bytes).toString(), 'abc')
  })

  test('gives no bytes for an empty stream', async () => {
    assert.equal((await readAll(byteStream(), 0)).length, 0)
  })

  test('stops an endless stream at its bound, and releases it', async () => {
    let released = false
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.alloc(10)
      } finally {
        released = true
      }
    }
    await assert.rejects(readAll(endless(), 95), (error) => error instanceof TooManyBytesError && error.bytesMax === 95)
    assert.ok(released)
  })
})
