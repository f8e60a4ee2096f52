import { readFile } from 'node:fs/promises'
import { errorMessage, systemErrorCode } from '../std/errors.ts'
import { BuildError } from '../build/errors.ts'

/** Where distributions keep the authorities that a machine trusts, in the order in which Go looks (crypto/x509, root_linux.go). */
const hostBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
] as const

/**
 * The PEM text of what RUN is to trust beside what the image has.
 *
 * @param which `host`: what this machine trusts, SSL_CERT_FILE or the bundle of its distribution; `none` or nothing; or the path of a PEM file
 *
 * @throws BuildError `bad-build-option`
 */
export async function trustedCertificates(
  which: string | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<string | undefined> {
  if (which === undefined || which === '' || which === 'none') return undefined
  const named = environment['SSL_CERT_FILE'] ?? ''
  const paths = which !== 'host' ? [which] : named === '' ? hostBundles : [named]
  for (const path of paths) {
    const text = await readBundle(path, which)
    if (text !== undefined) return text
  }
  const hint = which === 'host' ? 'Install ca-certificates, or name a PEM file.' : 'Name a PEM file, or write host.'
  throw unusable(which, `there is no file ${paths.join(', ')}`, hint)
}

async function readBundle(path: string, which: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined
    throw unusable(which, errorMessage(error))
  })
  if (text === undefined || text.includes('-----BEGIN CERTIFICATE-----')) return text
  const hint = 'A PEM file has lines such as -----BEGIN CERTIFICATE-----.'
  throw unusable(which, `${path} holds no certificate`, hint)
}

function unusable(which: string, why: string, hint?: string): BuildError {
  return new BuildError('bad-build-option', `--ca-certificates ${which}: ${why}`, { hint })
}
