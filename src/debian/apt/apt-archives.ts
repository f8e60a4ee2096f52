import { readFile } from 'node:fs/promises'
import type { Environment } from '../../http/connections.ts'
import type { KeyringSource } from '../keyring.ts'
import { parseSuite } from '../suites.ts'
import { aptFiles, isNo, readAptOptions, type AptOptions } from './apt-configuration.ts'
import { parseDeb822Sources } from './deb822-sources.ts'
import { parseOneLineSources } from './one-line-sources.ts'
import type { SourceEntry } from './source-entry.ts'

/** Where apt has one of Debian's two archives from. */
export interface AptArchive {
  readonly mirrors: readonly string[]
  readonly keyring: Omit<KeyringSource, 'hasDebianKeys'>
}

/** What the machine's apt says about Debian. */
export interface AptArchives {
  readonly main: AptArchive | undefined
  readonly security: AptArchive | undefined
  readonly isValidUntilChecked: boolean
  /** `http_proxy`, `https_proxy` and `no_proxy` as apt has them. */
  readonly proxies: Environment
  /** What is not taken over, for people to know when a mirror comes from here. */
  readonly warnings: readonly string[]
}

/** Reads the sources and the options in apt's folder. A folder that is not there has none. */
export async function readAptArchives(folder: string, architecture: string): Promise<AptArchives> {
  const warnings: string[] = []
  const entries: SourceEntry[] = []
  for (const path of await aptFiles(folder, 'sources.list', /^[\w.-]+\.(?:list|sources)$/)) {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const file = path.endsWith('.sources') ? parseDeb822Sources(text, path) : parseOneLineSources(text, path)
    warnings.push(...file.problems)
    entries.push(...file.entries.filter((entry) => isOfDebian(entry, architecture)))
  }
  for (const { place } of entries.filter((entry) => entry.isTrusted)) {
    warnings.push(`${place}: trusted=yes has no effect here: signatures are checked all the same`)
  }
  const options = await readAptOptions(folder)
  const isSecurity = (entry: SourceEntry): boolean => entry.suites.some((suite) => /-security$|\/updates$/.test(suite))
  const isChecked = !isNo(options.get('acquire::check-valid-until'))
  return {
    main: archiveOf(entries.filter((entry) => !isSecurity(entry))),
    security: archiveOf(entries.filter(isSecurity)),
    isValidUntilChecked: isChecked && entries.every((entry) => entry.isValidUntilChecked),
    proxies: proxiesOf(options),
    warnings,
  }
}

/**
 * Others publish for Debian under Debian's own names of suites. Debian's archive is told by its component, and, where the
 * suite's name is one that anybody may use, by its path.
 */
function isOfDebian(entry: SourceEntry, architecture: string): boolean {
  const isForUs = entry.architectures.length === 0 || entry.architectures.includes(architecture)
  if (!isForUs || !entry.components.includes('main')) return false
  return entry.suites.some((name) => {
    const suite = parseSuite(name.replace(/\/updates$/, ''))
    return suite.isDebian && (suite.isMoving ? entry.uris.some((uri) => /\/debian\b/.test(uri)) : true)
  })
}

function archiveOf(entries: readonly SourceEntry[]): AptArchive | undefined {
  const uris = entries.flatMap((entry) => entry.uris).filter((uri) => /^https?:\/\//.test(uri) && URL.canParse(uri))
  if (uris.length === 0) return undefined
  const signedBy = entries.flatMap((entry) => entry.signedBy)
  const fingerprints = signedBy.map((each) => each.replace(/!$/, '')).filter((each) => /^[0-9A-F]{40}$/i.test(each))
  return {
    mirrors: [...new Set(uris.map((uri) => new URL(uri.endsWith('/') ? uri : `${uri}/`).href))],
    keyring: {
      files: signedBy.filter((each) => each.startsWith('/')),
      armoured: signedBy.filter((each) => each.startsWith('-----BEGIN')),
      fingerprints: fingerprints.map((each) => each.toLowerCase()),
    },
  }
}

/** `Acquire::http::Proxy` for all hosts, and `DIRECT` for one of them (apt-transport-http(1)). */
function proxiesOf(options: AptOptions): Environment {
  const proxies: Record<string, string> = {}
  const direct: string[] = []
  for (const scheme of ['http', 'https']) {
    const prefix = `acquire::${scheme}::proxy`
    const proxy = options.get(prefix) ?? (scheme === 'https' ? options.get('acquire::http::proxy') : undefined)
    if (proxy !== undefined && /^https?:\/\//.test(proxy)) proxies[`${scheme}_proxy`] = proxy
    for (const [name, value] of options) {
      if (name.startsWith(`${prefix}::`) && value === 'DIRECT') direct.push(name.slice(prefix.length + 2))
    }
  }
  return direct.length === 0 ? proxies : { ...proxies, no_proxy: direct.join(',') }
}
