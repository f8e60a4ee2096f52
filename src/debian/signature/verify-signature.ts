import type { PublicKey, SignaturePacket } from 'openpgp'
import { errorMessage } from '../../std/errors.ts'
import { openpgpModule } from './openpgp.ts'

/** A signature that holds. */
export interface GoodSignature {
  /** Of the primary key that signed, or whose subkey did: 40 hexadecimal digits. */
  readonly fingerprint: string
  readonly createdMs: number
}

/** Why no signature holds. */
export interface SignatureFailure {
  /** `unknown-key`: all signatures are by keys that are not trusted. */
  readonly code: 'bad-signature' | 'unknown-key'
  readonly message: string
}

/** What is verified. */
export interface SignedText {
  readonly bytes: Uint8Array
  /** In ASCII armour. */
  readonly signature: string
  /** Of a clear-signed text, where line ends are hashed as CR and LF, or of a file as it is (RFC 9580, section 5.2.1). */
  readonly kind: 'text' | 'binary'
}

const signatureTypes = { binary: new Set<number>([0]), text: new Set<number>([1]) }
/** SHA-256, SHA-384, SHA-512, SHA3-256, SHA3-512 (RFC 9580, section 9.5). */
const strongHashes: ReadonlySet<number> = new Set([8, 9, 10, 12, 14])
/** Debian's files have two or three. */
const signaturesMax = 16

/**
 * Looks for one signature by one of the keys that is good in every way: made by a key that was neither expired nor revoked
 * then, with a strong hash, not in the future and not past its own end.
 */
export async function verifySignature(
  signed: SignedText,
  keys: readonly PublicKey[],
  nowMs: number,
): Promise<GoodSignature | SignatureFailure> {
  const { createMessage, readSignature, verify } = await openpgpModule()
  let signature
  try {
    signature = await readSignature({ armoredSignature: signed.signature })
  } catch (error) {
    return { code: 'bad-signature', message: `the signature cannot be read: ${errorMessage(error)}` }
  }
  if (signature.packets.length > signaturesMax) {
    return { code: 'bad-signature', message: `there are more than ${signaturesMax} signatures` }
  }
  const message = await createMessage({ binary: signed.bytes })
  const date = new Date(nowMs)
  const result = await verify({ message, signature, verificationKeys: [...keys], date, format: 'binary' })
  const failures: string[] = []
  const unknown: string[] = []
  for (const each of result.signatures) {
    const keyId = each.keyID.toHex()
    const key = keys.find((one) => one.getKeys(each.keyID).length > 0)
    if (key === undefined) {
      unknown.push(keyId)
      continue
    }
    try {
      await each.verified
      const packet = (await each.signature).packets[0]
      const createdMs = checkPacket(packet, signatureTypes[signed.kind])
      return { fingerprint: key.getFingerprint(), createdMs }
    } catch (error) {
      failures.push(`by key ${keyId}: ${errorMessage(error)}`)
    }
  }
  if (failures.length > 0) return { code: 'bad-signature', message: `the signature is bad: ${failures.join('; ')}` }
  const signers = unknown.length === 0 ? 'nobody' : `key ${unknown.join(', ')}`
  return { code: 'unknown-key', message: `it is signed by ${signers}, and not by a key that is trusted` }
}

/** What the library leaves to its caller. @returns when the signature was made. */
function checkPacket(packet: SignaturePacket | undefined, types: ReadonlySet<number>): number {
  if (packet === undefined || packet.created === null) throw new Error('it does not say when it was made')
  if (packet.signatureType === null || !types.has(packet.signatureType)) {
    throw new Error('it is a signature of another kind')
  }
  if (packet.hashAlgorithm === null || !strongHashes.has(packet.hashAlgorithm)) throw new Error('its hash is weak')
  return packet.created.getTime()
}
