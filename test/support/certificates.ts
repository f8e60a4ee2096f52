import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A certificate and its key, as PEM files. */
export interface CertificateFiles {
  readonly certificate: string
  readonly key: string
}

export interface ServerCertificate extends CertificateFiles {
  /** The authority that vouches for it: what a client has to trust. */
  readonly authority: CertificateFiles
}

/** A certificate that vouches for itself, for signing. */
export async function makeSigningCertificate(directory: string, name: string): Promise<CertificateFiles> {
  const files = { certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) }
  const subject = `/CN=${name}`
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', subject]
  await openssl([...request, '-keyout', files.key, '-out', files.certificate])
  return files
}

/** An authority of its own, and a certificate by it for 127.0.0.1, localhost and registry.test. */
export async function makeServerCertificate(directory: string): Promise<ServerCertificate> {
  const authority = await makeSigningCertificate(directory, 'authority')
  const [certificate, key] = [join(directory, 'server.crt'), join(directory, 'server.key')]
  const [request, extensions] = [join(directory, 'server.csr'), join(directory, 'server.ext')]
  await writeFile(extensions, 'subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:registry.test\n')
  await openssl(['req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=server', '-keyout', key, '-out', request])
  const sign = ['x509', '-req', '-in', request, '-days', '2', '-extfile', extensions, '-out', certificate]
  await openssl([...sign, '-CA', authority.certificate, '-CAkey', authority.key, '-CAcreateserial'])
  return { certificate, key, authority }
}

async function openssl(parameters: readonly string[]): Promise<void> {
  await run('openssl', parameters)
}
