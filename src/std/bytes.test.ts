import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { byteStream, inLargePieces, readAll, TooManyBytesError } from './bytes.ts'

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

describe('inLargePieces', () => {
  const texts = async (bytesMin: number, ...words: readonly string[]): Promise<readonly string[]> =>
    (await Array.fromAsync(inLargePieces(byteStream(...words.map((word) => Buffer.from(word))), bytesMin))).map(String)

  test('joins small pieces, and passes on large ones', async () => {
    assert.deepEqual(await texts(4, 'a', 'bc', 'def', 'ghijk', 'l', ''), ['abcdef', 'ghijk', 'l'])
    assert.deepEqual(await texts(4), [])
    assert.deepEqual(await texts(1, '', 'a'), ['a'])
  })
})
