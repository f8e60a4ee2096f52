import { X509Certificate } from 'node:crypto'
import type { ContainerMount } from '../../container/container.ts'
import { javaKeystore } from '../../std/java-keystore.ts'
import { BuildError } from '../errors.ts'

/** What makes a RUN trust authorities beside the image's own: files that only it sees, and variables that lead to them. */
export interface TrustedCertificates {
  readonly mounts: readonly ContainerMount[]
  readonly environment: ReadonlyMap<string, string>
}

/**
 * In a folder of our own: what an upgrade of ca-certificates does to the image's bundle does nothing to these. And in memory that each process
 * has anew, where nobody gives all files to somebody: `chown -R app /run` would fail at a file that is mounted there.
 */
const bundle = '/dev/wherry/certificates.pem'
const javaStore = '/dev/wherry/certificates.jks'

/**
 * The variables by which programs find a bundle: OpenSSL and what is built on it, Go and Ruby the first; Node adds to its own; Python's
 * requests and pip bring bundles of their own, as do curl and git in some builds, and cargo. Java reads neither PEM nor such a
 * variable.
 */
const environment: ReadonlyMap<string, string> = new Map([
  ...['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'PIP_CERT', 'CURL_CA_BUNDLE'].map(leadsToBundle),
  ...['GIT_SSL_CAINFO', 'CARGO_HTTP_CAINFO', 'AWS_CA_BUNDLE', 'DENO_CERT'].map(leadsToBundle),
  ['JAVA_TOOL_OPTIONS', `-Djavax.net.ssl.trustStore=${javaStore} -Djavax.net.ssl.trustStorePassword=changeit`],
])

function leadsToBundle(name: string): [string, string] {
  return [name, bundle]
}

const none: TrustedCertificates = { mounts: [], environment: new Map() }

/**
 * @param pem what to trust; undefined for what the image trusts by itself
 * @throws BuildError `bad-build-option` for text that is no certificate
 */
export function trustCertificates(pem: string | undefined): TrustedCertificates {
  if (pem === undefined) return none
  const file = { kind: 'content', mode: 0o444, uid: 0, gid: 0 } as const
  return {
    mounts: [
      { ...file, content: Buffer.from(pem), target: bundle },
      { ...file, content: javaKeystore(certificatesOf(pem), 0), target: javaStore },
    ],
    environment,
  }
}

/** RFC 7468, section 5. */
const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

function certificatesOf(pem: string): readonly { readonly alias: string; readonly der: Uint8Array }[] {
  try {
    return Array.from(pem.matchAll(certificate), ([text], number) => ({
      alias: `authority-${number}`,
      der: new X509Certificate(text).raw,
    }))
  } catch (error) {
    throw new BuildError('bad-build-option', 'a certificate to trust cannot be read', { cause: error })
  }
}
