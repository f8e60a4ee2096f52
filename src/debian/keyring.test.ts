import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { readKey } from 'openpgp'
import { makeSigningKey } from '../../test/support/debian-signing.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { debianArchiveKeys, loadKeyring, type KeyringSource } from './keyring.ts'

const none: KeyringSource = { hasDebianKeys: false, files: [], armoured: [], fingerprints: [] }

async function fingerprints(source: Partial<KeyringSource>): Promise<readonly string[]> {
  return (await loadKeyring({ ...none, ...source })).keys.map((key) => key.getFingerprint())
}

describe("Debian's keys", () => {
  test('have the fingerprints that stand beside them', async () => {
    assert.deepEqual(
      await fingerprints({ hasDebianKeys: true }),
      debianArchiveKeys.map((key) => key.fingerprint),
    )
  })

  test('have the names that stand beside them, and have not expired', async () => {
    const { keys } = await loadKeyring({ ...none, hasDebianKeys: true })
    for (const [index, key] of keys.entries()) {
      assert.match(
        key.getUserIDs()[0] ?? '',
        new RegExp(`^${debianArchiveKeys[index]?.name.replaceAll(/[()]/g, '.')} <`),
      )
      const expires = await key.getExpirationTime()
      assert.ok(expires !== null && Number(expires) > Date.parse('2028-12-31'), String(expires))
    }
  })
})

describe('a keyring', () => {
  test('is read from files in armour, of several blocks, and binary', async () => {
    await using folder = await temporaryDirectory()
    const keys = [await makeSigningKey(), await makeSigningKey(), await makeSigningKey()]
    const [first, second, third] = keys
    assert.ok(first !== undefined && second !== undefined && third !== undefined)
    const armoured = join(folder.path, 'two.asc')
    const binary = join(folder.path, 'one.gpg')
    await writeFile(armoured, `Some words.\n${first.armour}\r\n${second.armour.replaceAll('\n', '\r\n')}`)
    await writeFile(binary, (await readKey({ armoredKey: third.armour })).write())
    assert.deepEqual(
      await fingerprints({ files: [armoured, binary] }),
      keys.map((key) => key.fingerprint),
    )
    assert.deepEqual(await fingerprints({ files: [armoured], fingerprints: [second.fingerprint] }), [
      second.fingerprint,
    ])
    assert.deepEqual(await fingerprints({ armoured: [first.armour] }), [first.fingerprint])
  })

  test('that is none is refused, with its name', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'keys.gpg')
    const refused = (message: RegExp, source: Partial<KeyringSource> = { files: [path] }): Promise<void> =>
      assert.rejects(fingerprints(source), { name: 'DebianError', code: 'bad-keyring', message })
    await refused(/keys\.gpg cannot be read: ENOENT/)
    await writeFile(path, '')
    await refused(/keys\.gpg (?:holds no|cannot be read)/)
    await writeFile(path, 'no key at all')
    await refused(/keys\.gpg (?:holds no|cannot be read)/)
    await writeFile(path, '-----BEGIN PGP MESSAGE-----\n')
    await refused(/keys\.gpg holds no public key/)
    const { armour } = await makeSigningKey()
    await writeFile(path, armour.replace(/[A-Za-z0-9+/]{30}/, 'A'.repeat(30)))
    await refused(/keys\.gpg (?:holds no|cannot be read)/)
    await refused(/no key has the fingerprint 0123/, { armoured: [armour], fingerprints: ['0123'.repeat(10)] })
  })
})
