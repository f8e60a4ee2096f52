import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { SecureContext } from 'node:tls'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import { RegistryError } from '../errors.ts'
import { tlsModule } from '../../std/node-modules.ts'

/** Which authorities vouch for a server, and what proves to it who we are. */
export interface TrustSettings {
  /** As in references: names the folder of certificates, and the registry in errors. */
  readonly registry: string
  readonly caFiles: readonly string[]
  readonly certificateDirectories: readonly string[]
}

/** Certificates for one server, in PEM, as `ca.crt`, `client.cert` and `client.key` in docker's and podman's certs.d. */
export interface HostCertificates {
  readonly authorities: readonly string[]
  readonly clientPairs: readonly { readonly cert: string; readonly key: string }[]
}

/** @throws RegistryError `bad-configuration` for a file that is there, or was named, and cannot be read. */
export async function loadHostCertificates(settings: TrustSettings): Promise<HostCertificates> {
  const authorities = await Promise.all(settings.caFiles.map((path) => readPem(path, settings.registry)))
  const clientPairs: { cert: string; key: string }[] = []
  for (const parent of settings.certificateDirectories) {
    const directory = join(parent, settings.registry)
    for (const name of await namesIn(directory)) {
      const path = join(directory, name)
      if (name.endsWith('.crt')) authorities.push(await readPem(path, settings.registry))
      if (!name.endsWith('.cert')) continue
      const key = await readPem(path.replace(/\.cert$/, '.key'), settings.registry)
      clientPairs.push({ cert: await readPem(path, settings.registry), key })
    }
  }
  return { authorities, clientPairs }
}

/**
 * A TLS context that trusts Node's own authorities and the host's, and the system's too if `withSystem` says so.
 * Reading the system's takes 60 ms, which almost no public registry needs: they are asked only when the others do not
 * know a certificate.
 */
export function secureContext(
  certificates: HostCertificates,
  withSystem: boolean,
  withClientCertificate: boolean,
): SecureContext {
  const { createSecureContext, getCACertificates } = tlsModule()
  const more = [...certificates.authorities, ...(withSystem ? getCACertificates('system') : [])]
  const pairs = withClientCertificate ? certificates.clientPairs : []
  return createSecureContext({
    ...(more.length === 0 ? {} : { ca: [...new Set([...getCACertificates('default'), ...more])] }),
    ...(pairs.length === 0 ? {} : { cert: pairs.map((pair) => pair.cert), key: pairs.map((pair) => pair.key) }),
  })
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return (await readdir(directory)).sort()
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT' || systemErrorCode(error) === 'ENOTDIR') return []
    throw error
  }
}

async function readPem(path: string, registry: string): Promise<string> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (cause) {
    throw unusable(path, registry, errorMessage(cause), cause)
  }
  if (text.includes('-----BEGIN ')) return text
  throw unusable(path, registry, 'it is not in PEM form')
}

function unusable(path: string, registry: string, why: string, cause?: unknown): RegistryError {
  return new RegistryError(
    'bad-configuration',
    `${registry}: ${path} cannot be used: ${why}`,
    { registry },
    { cause, hint: 'It must be a readable file with certificates or a key in PEM form.' },
  )
}
