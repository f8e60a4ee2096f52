import { createCleartextMessage, createMessage, generateKey, readPrivateKey, sign, type PartialConfig } from 'openpgp'

/** A key of a test's own, and what it can sign. */
export interface SigningKey {
  /** The public key, in ASCII armour. */
  readonly armour: string
  /** 40 hexadecimal digits. */
  readonly fingerprint: string
  /** As InRelease is signed. */
  clearSign(text: string, options?: SignOptions): Promise<string>
  /** As Release.gpg is made: the signature alone. */
  detachedSign(bytes: Uint8Array, options?: SignOptions): Promise<string>
}

export interface SignOptions {
  readonly date?: Date
  readonly config?: PartialConfig
}

/** @param options of the key: when it was made, and after how many seconds it expires. */
export async function makeSigningKey(options: { date?: Date; keyExpirationTime?: number } = {}): Promise<SigningKey> {
  const made = { date: new Date(Date.now() - 86_400_000), ...options }
  const { privateKey, publicKey } = await generateKey({
    userIDs: [{ name: 'Test archive' }],
    format: 'armored',
    ...made,
  })
  const key = await readPrivateKey({ armoredKey: privateKey })
  return {
    armour: publicKey,
    fingerprint: key.getFingerprint(),
    async clearSign(text, signOptions = {}) {
      const message = await createCleartextMessage({ text })
      const signed = await sign({ message, signingKeys: key, ...signOptions })
      // The library ends lines with CR and LF, which the archives' own program does not.
      return signed.replaceAll('\r\n', '\n')
    },
    async detachedSign(bytes, signOptions = {}) {
      const message = await createMessage({ binary: bytes })
      return await sign({ message, signingKeys: key, detached: true, ...signOptions })
    },
  }
}
