import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { skipUnlessInstalled } from '../../../../test/support/engines.ts'
import { temporaryDirectory } from '../../../std/temporary.ts'
import { readDerValues, writeDer } from './der.ts'
import { subjectHash } from './subject-hash.ts'

/** Subjects that are written in ways that a canonical form has to make the same, or has to keep apart. */
const subjects = [
  '/C=DE/O=  Two  Spaces /CN=UPPER and lower',
  '/C=ES/O=Añoranza/CN=ÄÖÜ ß Ñ',
  '/CN=日本語 の 認証局',
  '/C=US/O=a+OU=b+CN=multi/CN=Last',
  '/DC=org/DC=example/emailAddress=CA@Example.ORG/CN=tab\tin it',
  `/CN=${'long '.repeat(12)}`,
]

async function makeCertificate(folder: string, subject: string, ...more: readonly string[]): Promise<X509Certificate> {
  const out = join(folder, 'certificate.pem')
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', join(folder, 'key.pem')]
  const options = ['-x509', ...key, '-subj', subject, '-multivalue-rdn', '-utf8', '-out', out, ...more]
  execFileSync('openssl', ['req', ...options], { stdio: ['ignore', 'ignore', 'pipe'] })
  return new X509Certificate(await readFile(out))
}

async function hashByOpenssl(folder: string, certificate: X509Certificate): Promise<string> {
  const path = join(folder, 'one.pem')
  await writeFile(path, certificate.toString())
  return execFileSync('openssl', ['x509', '-noout', '-subject_hash', '-in', path], { encoding: 'utf8' }).trim()
}

describe('subjectHash', { skip: skipUnlessInstalled('openssl') }, () => {
  test('is what openssl has for odd subjects', async () => {
    await using folder = await temporaryDirectory()
    for (const subject of subjects) {
      const certificate = await makeCertificate(folder.path, subject)
      assert.equal(subjectHash(certificate.raw), await hashByOpenssl(folder.path, certificate), subject)
    }
  })

  test('is what openssl has for texts in other encodings', async () => {
    await using folder = await temporaryDirectory()
    for (const mask of ['MASK:0x2', 'MASK:0x800', 'MASK:0x100', 'MASK:0x4', 'pkix']) {
      const config = join(folder.path, 'openssl.cnf')
      await writeFile(config, `[req]\nstring_mask = ${mask}\ndistinguished_name = dn\n[dn]\n`)
      const certificate = await makeCertificate(folder.path, '/O=Some  Text/CN=One', '-config', config)
      assert.equal(subjectHash(certificate.raw), await hashByOpenssl(folder.path, certificate), mask)
    }
  })

  test('is what openssl has for authorities of the web', async () => {
    await using folder = await temporaryDirectory()
    for (const pem of rootCertificates.slice(0, 25)) {
      const certificate = new X509Certificate(pem)
      assert.equal(subjectHash(certificate.raw), await hashByOpenssl(folder.path, certificate), certificate.subject)
    }
  })
})

describe('DER', () => {
  test('is read as it is written, for lengths of each form', () => {
    for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
      const content = Buffer.alloc(length, 7)
      const [value, second] = readDerValues(Buffer.concat([writeDer(0x30, content), writeDer(5, Buffer.alloc(0))]))
      assert.equal(value?.tag, 0x30)
      assert.deepEqual(value.content, content)
      assert.equal(second?.tag, 5)
    }
  })

  test('is refused where it is cut off', () => {
    for (const bytes of [[0x30], [0x30, 5, 1], [0x30, 0x82, 1], [0x30, 0x80], [0x30, 0x85, 1, 1, 1, 1, 1]]) {
      assert.throws(() => readDerValues(Buffer.from(bytes)), RangeError)
    }
    assert.throws(() => subjectHash(Buffer.from([0x30, 0])), RangeError)
  })
})
