import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { loadKeyring, type Keyring } from '../../src/debian/keyring.ts'
import { readDetachedRelease, readInRelease, type Release } from '../../src/debian/release.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../src/std/temporary.ts'
import { releaseText } from '../support/debian-archive.ts'
import { makeSigningKey } from '../support/debian-signing.ts'
import { skipUnlessInstalled } from '../support/engines.ts'

describe('what GnuPG signs', { skip: skipUnlessInstalled('gpg', 'gpgconf') }, () => {
  let home: TemporaryDirectory
  let text: string
  const gpg = (input: string | Uint8Array, ...args: readonly string[]): Buffer => {
    const options = ['--batch', '--quiet', '--homedir', home.path, '--passphrase', '', '--pinentry-mode', 'loopback']
    return execFileSync('gpg', [...options, ...args], { input, stdio: ['pipe', 'pipe', 'ignore'] })
  }
  const ringOf = (name: string): Promise<Keyring> => {
    const armour = gpg('', '--armor', '--export', name).toString('latin1')
    return loadKeyring({ hasDebianKeys: false, files: [], armoured: [armour], fingerprints: [] })
  }
  const read = async (name: string, signed: Uint8Array): Promise<Release> =>
    readInRelease(signed, { name: 'InRelease', keyring: await ringOf(name), nowMs: Date.now() })

  before(async () => {
    home = await temporaryDirectory()
    await mkdir(join(home.path, 'private-keys-v1.d'), { mode: 0o700 })
    for (const [name, algorithm] of [
      ['rsa', 'rsa2048'],
      ['curve', 'ed25519'],
      ['revoked', 'ed25519'],
    ] as const) {
      gpg('', '--quick-generate-key', name, algorithm, 'sign', 'never')
    }
    const key = await makeSigningKey()
    text = releaseText({ suite: 'bookworm', key }, { 'main/binary-amd64/Packages': Buffer.from('x') })
  })
  after(async () => {
    execFileSync('gpgconf', ['--homedir', home.path, '--kill', 'all'], { stdio: 'ignore' })
    await home[Symbol.asyncDispose]()
  })

  for (const name of ['rsa', 'curve']) {
    test(`by ${name} is good, clear-signed and apart`, async () => {
      const release = await read(name, gpg(text, '--clear-sign', '--local-user', name))
      assert.equal(release.codename, 'bookworm')
      const signature = gpg(text, '--detach-sign', '--armor', '--local-user', name)
      const check = { name: 'Release', keyring: await ringOf(name), nowMs: Date.now() }
      assert.deepEqual(await readDetachedRelease(Buffer.from(text), signature, check), release)
    })
  }

  test('is the same text, whatever its lines begin and end with', async () => {
    const odd = `${text}Notes: - a dash\n -----BEGIN PGP SIGNATURE-----\n Hash: SHA1\n From here  \n`
    const signed = gpg(odd, '--clear-sign', '--local-user', 'rsa')
    assert.equal((await read('rsa', signed)).codename, 'bookworm')
    assert.ok(gpg(signed, '--decrypt').toString().includes('From here'))
  })

  test('with a weak hash is refused', async () => {
    const weak = ['--digest-algo', 'SHA1', '--allow-weak-digest-algos']
    for (const digest of ['SHA1', 'RIPEMD160', 'SHA224']) {
      const signed = gpg(text, ...weak.with(1, digest), '--clear-sign', '--local-user', 'rsa')
      assert.match(signed.toString(), new RegExp(`^Hash: ${digest}$`, 'm'))
      await assert.rejects(read('rsa', signed), { code: 'bad-signature', message: /hash/ })
    }
  })

  test('by a key that was revoked is refused, also what it signed before', async () => {
    const signed = gpg(text, '--clear-sign', '--local-user', 'revoked')
    await read('revoked', signed)
    const [, fingerprint] =
      /^fpr:+([0-9A-F]{40}):/m.exec(gpg('', '--list-keys', '--with-colons', 'revoked').toString()) ?? []
    assert.ok(fingerprint !== undefined)
    const certificate = execFileSync('cat', [join(home.path, 'openpgp-revocs.d', `${fingerprint}.rev`)])
    gpg(certificate.toString().replace(/^:(?=-----)/m, ''), '--import')
    await assert.rejects(read('revoked', signed), { code: 'bad-signature', message: /revoked/ })
  })
})
