import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { skipUnlessInstalled } from '../../test/support/engines.ts'
import { javaKeystore } from './java-keystore.ts'
import { temporaryDirectory } from './temporary.ts'

describe('javaKeystore', { skip: skipUnlessInstalled('keytool') }, () => {
  test('is what keytool lists and exports again', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'cacerts')
    const certificates = rootCertificates.slice(0, 3).map((pem, index) => ({
      alias: `name_${index}_ő`,
      der: new X509Certificate(pem).raw,
    }))
    await writeFile(path, javaKeystore(certificates, Date.UTC(2026, 0, 2)))
    const keytool = (...words: readonly string[]): string =>
      execFileSync('keytool', [...words, '-keystore', path, '-storepass', 'changeit'], {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C.UTF-8' },
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    const listed = keytool('-list', '-rfc')
    assert.match(listed, /contains 3 entries/)
    const found = [...listed.matchAll(/-----BEGIN[^]*?-----END CERTIFICATE-----/g)].map(
      ([pem]) => new X509Certificate(pem),
    )
    const fingerprints = (all: readonly X509Certificate[]): readonly string[] =>
      all.map((each) => each.fingerprint256).toSorted()
    assert.deepEqual(fingerprints(found), fingerprints(certificates.map(({ der }) => new X509Certificate(der))))
  })
})
