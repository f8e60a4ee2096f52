import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { byteStream, readAll } from '../std/bytes.ts'
import { DigestHasher, digestHex, digestOf, isDigest, parseDigest, shortDigest } from './digest.ts'
import { verified } from './verify.ts'

const hello = Buffer.from('hello')
/** `printf hello | sha256sum` */
const helloDigest = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'

describe('a digest', () => {
  test('is that of the field: algorithm, colon, lower-case hex', () => {
    assert.equal(digestOf(hello), helloDigest)
    assert.equal(shortDigest(digestOf(hello)), '2cf24dba5fb0')
    assert.equal(digestHex(parseDigest(helloDigest)).length, 64)
  })

  test('is the same for bytes in pieces', () => {
    const hasher = new DigestHasher()
    for (const byte of hello) hasher.update(Uint8Array.of(byte))
    assert.equal(hasher.sizeBytes, 5)
    assert.equal(hasher.digest(), helloDigest)
  })

  test('may be sha512', () => {
    assert.ok(isDigest(digestOf(hello, 'sha512')))
    assert.equal(digestOf(hello, 'sha512').length, 'sha512:'.length + 128)
  })

  test('with a wrong length, letter or algorithm is none', () => {
    const wrong = [
      '',
      'sha256',
      'sha256:',
      `${helloDigest}0`,
      helloDigest.toUpperCase(),
      helloDigest.replace('256', '1'),
    ]
    for (const text of [...wrong, `sha512:${digestHex(parseDigest(helloDigest))}`, `${helloDigest}\n`]) {
      assert.equal(isDigest(text), false, text)
      assert.throws(() => parseDigest(text), { code: 'bad-name' })
    }
  })
})

describe('verified bytes', () => {
  const descriptor = { mediaType: 'x/y', digest: parseDigest(helloDigest), size: 5 }
  const check = (...chunks: readonly string[]): Promise<Uint8Array> =>
    readAll(verified(byteStream(...chunks.map((chunk) => Buffer.from(chunk))), descriptor), 100)

  test('pass when digest and size are right', async () => {
    assert.deepEqual(Buffer.from(await check('he', '', 'llo')), hello)
  })

  test('are refused when one is changed', async () => {
    await assert.rejects(check('hellO'), { code: 'digest-mismatch' })
  })

  test('are refused when some are missing', async () => {
    await assert.rejects(check('hell'), { code: 'size-mismatch' })
    await assert.rejects(check(), { code: 'size-mismatch' })
  })

  test('are refused at the first byte too many, without waiting for the end', async () => {
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) yield hello
    }
    await assert.rejects(readAll(verified(endless(), descriptor), 1_000_000), { code: 'size-mismatch' })
  })
})
