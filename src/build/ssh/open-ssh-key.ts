import type { KeyObject, webcrypto } from 'node:crypto'
import { cryptoModule } from '../../std/node-modules.ts'
import { WireReader } from './wire.ts'

/** A private key of a file, and what its owner calls it. */
export interface OpenSshKey {
  readonly key: KeyObject
  readonly comment: string
}

const magic = 'openssh-key-v1\0'

/** OpenSSH's own form of private keys (its PROTOCOL.key), decoded from base64. @throws Error where it is damaged or of another kind */
export function readOpenSshKey(bytes: Uint8Array): OpenSshKey | 'encrypted' {
  const reader = new WireReader(bytes)
  if (reader.take(magic.length).toString('latin1') !== magic) throw new Error('it is no key of OpenSSH')
  const cipher = reader.string().toString()
  reader.string()
  reader.string()
  if (reader.number() !== 1) throw new Error('it holds several keys')
  reader.string()
  if (cipher !== 'none') return 'encrypted'
  const inner = new WireReader(reader.string())
  if (inner.number() !== inner.number()) throw new Error('its two check numbers differ')
  const jwk = readNumbers(inner.string().toString(), inner)
  const key = cryptoModule().createPrivateKey({ key: jwk, format: 'jwk' })
  return { key, comment: inner.string().toString() }
}

const curveNames: Readonly<Record<string, string>> = { nistp256: 'P-256', nistp384: 'P-384', nistp521: 'P-521' }

function readNumbers(kind: string, reader: WireReader): webcrypto.JsonWebKey {
  if (kind === 'ssh-ed25519') {
    const point = reader.string()
    return { kty: 'OKP', crv: 'Ed25519', x: encoded(point), d: encoded(reader.string().subarray(0, point.length)) }
  }
  if (kind.startsWith('ecdsa-sha2-')) return readCurve(reader)
  if (kind === 'ssh-rsa') return readRsa(reader)
  throw new Error('it is of a kind that is not known')
}

function readCurve(reader: WireReader): webcrypto.JsonWebKey {
  const curve = curveNames[reader.string().toString()]
  if (curve === undefined) throw new Error('its curve is not known')
  // 4, and two coordinates.
  const point = reader.string()
  const length = (point.length - 1) / 2
  const number = withoutZeros(reader.string())
  const padded = Buffer.concat([Buffer.alloc(Math.max(0, length - number.length)), number])
  const [x, y] = [encoded(point.subarray(1, 1 + length)), encoded(point.subarray(1 + length))]
  return { kty: 'EC', crv: curve, x, y, d: encoded(padded) }
}

function readRsa(reader: WireReader): webcrypto.JsonWebKey {
  const [n, e, d, qi, p, q] = [1, 2, 3, 4, 5, 6].map(() => withoutZeros(reader.string()))
  if (n === undefined || e === undefined || d === undefined || qi === undefined || p === undefined || q === undefined) {
    throw new Error('it has no numbers')
  }
  const [dp, dq] = [remainder(d, p), remainder(d, q)]
  return {
    ...{ kty: 'RSA', n: encoded(n), e: encoded(e), d: encoded(d), p: encoded(p), q: encoded(q) },
    ...{ dp: encoded(dp), dq: encoded(dq), qi: encoded(qi) },
  }
}

/** The exponent modulo the prime less one: RFC 8017, section 3.2. */
function remainder(exponent: Buffer, prime: Buffer): Buffer {
  const value = BigInt(`0x${exponent.toString('hex')}`) % (BigInt(`0x${prime.toString('hex')}`) - 1n)
  const hexadecimal = value.toString(16)
  return Buffer.from(hexadecimal.padStart(hexadecimal.length + (hexadecimal.length % 2), '0'), 'hex')
}

function withoutZeros(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first === -1 ? Buffer.alloc(0) : bytes.subarray(first)
}

function encoded(bytes: Buffer): string {
  return bytes.toString('base64url')
}
