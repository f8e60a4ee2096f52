import type { KeyObject } from 'node:crypto'
import { cryptoModule } from '../../std/node-modules.ts'
import { BuildError } from '../errors.ts'
import { signFlags } from './agent-protocol.ts'
import { readOpenSshKey, type OpenSshKey } from './open-ssh-key.ts'
import { wireInteger, wireString } from './wire.ts'

/** A private key that an agent has. */
export interface PrivateKey {
  /** As SSH sends it: RFC 4253, section 6.6. */
  readonly publicKey: Uint8Array
  readonly comment: string
  /** @returns undefined where these flags ask for what is not done: RSA with SHA-1. */
  sign(data: Uint8Array, flags: number): { readonly algorithm: string; readonly value: Uint8Array } | undefined
}

/**
 * Reads a private key without a passphrase, in OpenSSH's own form or as PEM (PKCS #1, PKCS #8, SEC 1): ed25519, ECDSA and RSA.
 *
 * @throws BuildError `bad-build-option`, without a word of what the file holds
 */
export function readPrivateKey(file: Uint8Array): PrivateKey {
  const text = Buffer.from(file).toString('latin1')
  const [, kind = '', body = ''] = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----([\s\S]*?)-----END/.exec(text) ?? []
  if (body === '') throw wrongKey('it holds no private key')
  if (kind === 'ENCRYPTED ' || /ENCRYPTED/.test(body)) throw encryptedKey()
  if (kind === 'OPENSSH ') {
    const { key, comment } = openSshKey(Buffer.from(body, 'base64'))
    return keyOf(key, comment)
  }
  return keyOf(pemKey(text), '')
}

function openSshKey(bytes: Uint8Array): OpenSshKey {
  try {
    const found = readOpenSshKey(bytes)
    if (found === 'encrypted') throw encryptedKey()
    return found
  } catch (cause) {
    throw cause instanceof BuildError ? cause : wrongKey('it is damaged, or of a kind that is not known')
  }
}

function pemKey(text: string): KeyObject {
  try {
    return cryptoModule().createPrivateKey(text)
  } catch {
    throw wrongKey('it is damaged, or of a kind that is not known')
  }
}

function wrongKey(why: string): BuildError {
  return new BuildError('bad-build-option', why, { hint: 'A key is of the kind ed25519, ecdsa or rsa.' })
}

function encryptedKey(): BuildError {
  return new BuildError('bad-build-option', 'the key has a passphrase', {
    hint: 'Give it to an agent, which asks for it: eval "$(ssh-agent)", ssh-add KEY, and --ssh default.',
  })
}

function keyOf(key: KeyObject, comment: string): PrivateKey {
  const { kty, crv, x, y, n, e } = key.export({ format: 'jwk' })
  if (kty === 'OKP' && crv === 'Ed25519') return edwardsKey(key, decoded(x), comment)
  const curve = crv === undefined ? undefined : curves[crv]
  if (kty === 'EC' && curve !== undefined) return curveKey(key, curve, [decoded(x), decoded(y)], comment)
  if (kty === 'RSA') return rsaKey(key, [decoded(e), decoded(n)], comment)
  throw wrongKey('it is of a kind that is not known')
}

function decoded(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url')
}

/** RFC 8709 */
function edwardsKey(key: KeyObject, point: Buffer, comment: string): PrivateKey {
  const algorithm = 'ssh-ed25519'
  return {
    publicKey: Buffer.concat([wireString(algorithm), wireString(point)]),
    comment,
    sign: (data) => ({ algorithm, value: cryptoModule().sign(undefined, data, key) }),
  }
}

interface Curve {
  readonly name: string
  readonly hash: string
}

const curves: Readonly<Record<string, Curve>> = {
  'P-256': { name: 'nistp256', hash: 'sha256' },
  'P-384': { name: 'nistp384', hash: 'sha384' },
  'P-521': { name: 'nistp521', hash: 'sha512' },
}

/** RFC 5656 */
function curveKey(key: KeyObject, { name, hash }: Curve, point: readonly Buffer[], comment: string): PrivateKey {
  const algorithm = `ecdsa-sha2-${name}`
  const uncompressed = Buffer.concat([Uint8Array.of(4), ...point])
  return {
    publicKey: Buffer.concat([wireString(algorithm), wireString(name), wireString(uncompressed)]),
    comment,
    sign(data) {
      const both = cryptoModule().sign(hash, data, { key, dsaEncoding: 'ieee-p1363' })
      const [r, s] = [both.subarray(0, both.length / 2), both.subarray(both.length / 2)]
      return { algorithm, value: Buffer.concat([wireInteger(r), wireInteger(s)]) }
    },
  }
}

/** RFC 8332 */
function rsaKey(key: KeyObject, numbers: readonly Buffer[], comment: string): PrivateKey {
  return {
    publicKey: Buffer.concat([wireString('ssh-rsa'), ...numbers.map(wireInteger)]),
    comment,
    sign(data, flags) {
      const bits = (flags & signFlags.sha512) !== 0 ? 512 : (flags & signFlags.sha256) !== 0 ? 256 : undefined
      if (bits === undefined) return undefined
      return { algorithm: `rsa-sha2-${bits}`, value: cryptoModule().sign(`sha${bits}`, data, key) }
    },
  }
}
