import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import type { HostCertificates } from '../../http/connections.ts'
import { RegistryError } from '../errors.ts'

/** Which authorities vouch for a server, and what proves to it who we are. */
export interface TrustSettings {
  /** As in references: names the folder of certificates, and the registry in errors. */
  readonly registry: string
  readonly caFiles: readonly string[]
  readonly certificateDirectories: readonly string[]
}

/**
 * `ca.crt`, `client.cert` and `client.key` as docker and podman keep them in certs.d, and what was named.
 *
 * @throws RegistryError `bad-configuration` for a file that is there, or was named, and cannot be read.
 */
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
