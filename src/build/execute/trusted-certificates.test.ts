import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { rootCertificates } from 'node:tls'
import { BuildError } from '../errors.ts'
import { trustCertificates } from './trusted-certificates.ts'

describe('trustCertificates', () => {
  test('shows the bundle as it is, a keystore, and variables that lead to what is shown', () => {
    const pem = rootCertificates.slice(0, 2).join('\n')
    const { mounts, environment } = trustCertificates(pem)
    const targets = mounts.map(({ target }) => target)
    const [bundle] = mounts
    assert(bundle?.kind === 'content')
    assert.equal(Buffer.from(bundle.content).toString(), pem)
    for (const [name, value] of environment) {
      assert(
        targets.some((target) => value.includes(target)),
        name,
      )
    }
    assert.equal(environment.get('NODE_EXTRA_CA_CERTS'), bundle.target)
  })

  test('does nothing unless asked', () => {
    assert.deepEqual(trustCertificates(undefined), { mounts: [], environment: new Map() })
  })

  test('refuses a bundle with something that is no certificate', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n'
    assert.throws(
      () => trustCertificates(pem),
      (error) => error instanceof BuildError && error.code === 'bad-build-option',
    )
  })
})
