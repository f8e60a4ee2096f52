import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ClearSignedError, splitClearSigned } from './clear-signed.ts'

const armour = '-----BEGIN PGP SIGNATURE-----\n\nabcd\n=efgh\n-----END PGP SIGNATURE-----\n'

function frame(text: string): string {
  return `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n${text}\n${armour}`
}

function refused(file: string | Uint8Array, message: RegExp): void {
  assert.throws(
    () => splitClearSigned(Buffer.from(file)),
    (error) => {
      assert.ok(error instanceof ClearSignedError, String(error))
      assert.match(error.message, message)
      return true
    },
  )
}

describe('a clear-signed text', () => {
  test('is taken apart', () => {
    const file = frame('Origin: Debian\n- - a dash\n\nend  \t')
    assert.deepEqual(splitClearSigned(Buffer.from(file)), {
      text: 'Origin: Debian\n- a dash\n\nend\n',
      signature: armour,
    })
  })

  test('may have no header, and several', () => {
    const bare = frame('a: b').replace('Hash: SHA256\n', '')
    assert.equal(splitClearSigned(Buffer.from(bare)).text, 'a: b\n')
    const two = frame('a: b').replace('Hash: SHA256\n', 'Hash: SHA256\nHash: SHA512\n')
    assert.equal(splitClearSigned(Buffer.from(two)).text, 'a: b\n')
  })

  test('comes back as it was, whatever its lines are', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme-ascii', maxLength: 30 }),
      fc.string({ maxLength: 20 }),
      fc.constantFrom('', '-', '- ', '-----BEGIN PGP SIGNATURE-----', '-----END PGP SIGNATURE-----', 'Hash: SHA1'),
    )
    const lines = fc.array(
      line.filter((each) => !/[\u0000-\u0008\u000a-\u001f\u007f\u0085\u2028\u2029\ufeff]/.test(each)), // oxlint-disable-line no-control-regex -- what is refused
      { minLength: 1 },
    )
    fc.assert(
      fc.property(lines, fc.boolean(), (texts, escapesAll) => {
        const escaped = texts.map((each) => (escapesAll || each.startsWith('-') ? `- ${each}` : each))
        const { text, signature } = splitClearSigned(Buffer.from(frame(escaped.join('\n'))))
        assert.equal(text, `${texts.map((each) => each.replace(/[ \t]+$/, '')).join('\n')}\n`)
        assert.equal(signature, armour)
      }),
    )
  })

  test('has nothing before it and nothing behind it', () => {
    refused(`Origin: Evil\n${frame('a: b')}`, /does not begin/)
    refused(`\n${frame('a: b')}`, /does not begin/)
    refused(`\ufeff${frame('a: b')}`, /control character|does not begin/)
    refused(`${frame('a: b')}Origin: Evil\n`, /line 10 follows the signature/)
    assert.equal(splitClearSigned(Buffer.from(`${frame('a: b')}\n\n`)).text, 'a: b\n')
  })

  test('is one', () => {
    refused(frame('a: b') + frame('c: d'), /line 10 follows the signature/)
    refused(frame('a: b').replace('a: b', `a: b\n${armour}c: d`), /follows the signature/)
    refused(frame('a: b').replace('abcd', '-----BEGIN PGP SIGNED MESSAGE-----'), /does not belong into a signature/)
    refused(frame('a: b').replace('abcd', '-----BEGIN PGP SIGNATURE-----'), /does not belong into a signature/)
  })

  test('has its dashes escaped', () => {
    refused(frame('a: b\n-----BEGIN PGP SIGNED MESSAGE-----'), /line 5 begins with a dash/)
    refused(frame('-b'), /line 4 begins with a dash/)
  })

  test('has headers of one kind, and an empty line behind them', () => {
    refused(frame('a: b').replace('Hash: SHA256\n\n', 'Hash: SHA256\n'), /line 3 is no header/)
    refused(frame('a: b').replace('Hash: SHA256', 'Comment: x'), /line 2 is no header/)
    refused(frame('a: b').replace('Hash: SHA256\n\n', 'Hash: SHA256\n \n'), /line 3 is no header/)
  })

  test('has no character that may end a line, or end a text', () => {
    for (const odd of ['\r', '\0', '\u0085', '\u2028', '\u000b', '\u001b', '\u007f']) {
      refused(frame(`a: b${odd}c: d`), /line 4 has a control character/)
    }
    refused(frame('a: b').replaceAll('\n', '\r\n'), /control character/)
    refused(Buffer.concat([Buffer.from(frame('a: b')), Buffer.of(0xff)]), /no UTF-8/)
  })

  test('that ends early is refused', () => {
    const whole = frame('a: b')
    for (let length = 0; length < whole.length - 1; length += 1) refused(whole.slice(0, length), /./)
  })
})
