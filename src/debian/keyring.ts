import { readFile, stat } from 'node:fs/promises'
import type { PublicKey } from 'openpgp'
import { errorMessage } from '../std/errors.ts'
import { DebianError } from './errors.ts'
import { bookwormKeys } from './signature/bookworm-keys.ts'
import { bullseyeKeys } from './signature/bullseye-keys.ts'
import { openpgpModule } from './signature/openpgp.ts'
import { trixieKeys } from './signature/trixie-keys.ts'

/** Which keys an archive's index may be signed with. */
export interface KeyringSource {
  /** Whether Debian's own keys are among them. */
  readonly hasDebianKeys: boolean
  /** Files with keys, in ASCII armour or binary. */
  readonly files: readonly string[]
  /** Keys in ASCII armour, as they may stand in the Signed-By of a source. */
  readonly armoured: readonly string[]
  /** If there are any, only the keys that have one of these, or a subkey that has: 40 hexadecimal digits in lower case. */
  readonly fingerprints: readonly string[]
}

/** Keys that are ready to verify with. */
export interface Keyring {
  /** @internal Programs that import this library need not have the types of another. */
  readonly keys: readonly PublicKey[]
}

/** Debian's archive signing keys, by name and fingerprint: those of Debian 11, 12 and 13, which sign all that is current. */
export const debianArchiveKeys: readonly { readonly name: string; readonly fingerprint: string }[] = [
  ...bullseyeKeys,
  ...bookwormKeys,
  ...trixieKeys,
].map(({ name, fingerprint }) => ({ name, fingerprint }))

const keyFileBytesMax = 16 * 1024 * 1024
const armourPattern = /^-----BEGIN PGP PUBLIC KEY BLOCK-----$[^]*?^-----END PGP PUBLIC KEY BLOCK-----$/gm
const hint = 'A keyring is a file as "gpg --export" writes it, with or without --armor.'

/**
 * Reads the keys of a source.
 *
 * @throws DebianError `bad-keyring` for a file that cannot be read, holds no key, or a key that is no key.
 */
export async function loadKeyring(source: KeyringSource): Promise<Keyring> {
  const debianKeys = source.hasDebianKeys ? [...bullseyeKeys, ...bookwormKeys, ...trixieKeys] : []
  const keys: PublicKey[] = []
  for (const { name, armour } of debianKeys) keys.push(...(await readKeyText(armour, name)))
  for (const text of source.armoured) keys.push(...(await readKeyText(text, 'the key in Signed-By')))
  for (const path of source.files) keys.push(...(await readKeyFile(path)))
  const { fingerprints } = source
  if (fingerprints.length === 0) return { keys }
  const named = keys.filter((key) => key.getKeys().some((each) => fingerprints.includes(each.getFingerprint())))
  if (named.length > 0) return { keys: named }
  throw new DebianError('bad-keyring', `no key has the fingerprint ${fingerprints.join(' or ')}`, {
    hint: 'Name the file that holds the key in Signed-By.',
  })
}

async function readKeyFile(path: string): Promise<readonly PublicKey[]> {
  let bytes: Uint8Array
  try {
    if ((await stat(path)).size > keyFileBytesMax) throw new Error(`it has more than ${keyFileBytesMax} bytes`)
    bytes = await readFile(path)
  } catch (cause) {
    throw new DebianError('bad-keyring', `the keyring ${path} cannot be read: ${errorMessage(cause)}`, { cause, hint })
  }
  const text = Buffer.from(bytes).toString('latin1')
  if (text.includes('-----BEGIN PGP')) return await readKeyText(text, path)
  const { readKeys } = await openpgpModule()
  return await publicKeys(path, () => readKeys({ binaryKeys: bytes }))
}

/** A text may hold several blocks, each with several keys. */
async function readKeyText(text: string, name: string): Promise<readonly PublicKey[]> {
  const { readKeys } = await openpgpModule()
  const blocks = text.replaceAll('\r\n', '\n').match(armourPattern) ?? []
  if (blocks.length === 0) throw new DebianError('bad-keyring', `${name} holds no public key`, { hint })
  const keys: PublicKey[] = []
  for (const block of blocks) keys.push(...(await publicKeys(name, () => readKeys({ armoredKeys: block }))))
  return keys
}

async function publicKeys(name: string, read: () => Promise<readonly PublicKey[]>): Promise<readonly PublicKey[]> {
  try {
    const keys = await read()
    if (keys.length > 0) return keys.map((key) => key.toPublic())
  } catch (cause) {
    throw new DebianError('bad-keyring', `${name} cannot be read as keys: ${errorMessage(cause)}`, { cause, hint })
  }
  throw new DebianError('bad-keyring', `${name} holds no public key`, { hint })
}
