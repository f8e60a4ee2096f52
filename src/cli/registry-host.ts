import { parseRepository } from '../image/reference.ts'
import { wrongUsage } from './errors.ts'

/**
 * A registry as people and docker write it (`localhost:5000`, `https://ghcr.io`, `https://index.docker.io/v1/`), by the
 * name that references use.
 *
 * @throws CliError `wrong-usage`
 */
export function parseRegistryHost(text: string): string {
  const host = text.replace(/^https?:\/\//, '').replace(/\/.*$/, '')
  if (/^(?:docker\.io|(?:www\.|registry-1\.|index\.)docker\.io)$/.test(host)) return 'docker.io'
  const isRegistry = /[.:]/.test(host) || host === 'localhost'
  if (!isRegistry)
    return wrongUsage(`${JSON.stringify(text)} is not a registry`, 'Write it as ghcr.io or localhost:5000.')
  return parseRepository(`${host}/image`).registry
}
