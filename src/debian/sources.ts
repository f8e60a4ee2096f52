import { errorMessage } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import type { Environment } from '../http/connections.ts'
import { readAptArchives, type AptArchives } from './apt/apt-archives.ts'
import { DebianError } from './errors.ts'
import type { KeyringSource } from './keyring.ts'
import { publicArchive, publicSecurityArchive } from './public-archive.ts'
import { parseSuite, pocketFolder, type Pocket, type Suite } from './suites.ts'

/** What packages are wanted from. */
export interface SourceOptions {
  /** By codename (`bookworm`), number (`12`) or the name that moves on (`stable`); of other archives, as it is there. */
  readonly suite: string
  /** By default `main`. */
  readonly components?: readonly string[] | undefined
  /** In Debian's words: `amd64`, `arm64`. */
  readonly architecture: string
  /** Updates that come along, where the suite has them. By default `updates` and `security`. */
  readonly pockets?: readonly Pocket[] | undefined
  /** Addresses of the archive, tried in this order. By default the environment's, the machine's, or Debian's own. */
  readonly mirrors?: readonly string[] | undefined
  /** Addresses of the archive of security updates. By default those that stand beside the mirrors, then Debian's own. */
  readonly securityMirrors?: readonly string[] | undefined
  /** Files with keys that are trusted in addition to Debian's. */
  readonly keyrings?: readonly string[] | undefined
  /** False takes indexes that are past their Valid-Until: those of snapshots. By default as apt is set up, else true. */
  readonly isValidUntilChecked?: boolean | undefined
  /** WHERRY_DEBIAN_MIRROR and the proxies are read from here. By default `process.env`. */
  readonly environment?: Environment | undefined
  /** Where apt's configuration is. By default `/etc/apt`; undefined in it has none. */
  readonly aptFolder?: string | undefined
}

/** One suite of one archive. */
export interface ArchiveSource {
  /** The folder of `dists/`: `bookworm-security`. */
  readonly suite: string
  readonly components: readonly string[]
  readonly architecture: string
  /** Addresses of the folder that has `dists/` and `pool/` in it, each with a slash at the end; tried in this order. */
  readonly mirrors: readonly string[]
  readonly keyring: KeyringSource
  readonly isValidUntilChecked: boolean
}

/** What is asked, and through which proxies. */
export interface Sources {
  readonly archives: readonly ArchiveSource[]
  /** With apt's proxies, where it has some of its own and the environment has none. */
  readonly environment: Environment
}

const defaultPockets: readonly Pocket[] = ['updates', 'security']
const mirrorHint = 'A mirror is an address such as https://mirror.example.com/debian.'

/**
 * Finds where the packages of a suite come from: the suite itself, and those of its pockets that are wanted.
 *
 * The mirrors are the option's, or those in WHERRY_DEBIAN_MIRROR (parted by blanks), or those of the machine's apt, or
 * Debian's public archive. Of apt's sources only those of Debian's archive count. What they say about trust is not taken over:
 * `trusted=yes` has no effect, and keys in `trusted.gpg.d` are not read; Signed-By adds keys to Debian's.
 *
 * @throws DebianError `bad-source`
 */
export async function findSources(options: SourceOptions, job: Job): Promise<Sources> {
  const environment = options.environment ?? process.env
  const suite = parseSuite(options.suite)
  checkNames(options, suite)
  const apt = await readAptArchives(options.aptFolder ?? '/etc/apt', options.architecture)
  const folders = suite.pocket === undefined ? wantedPockets(options, suite) : [suite.pocket]
  const archives = folders.map((pocket) => archiveOf(options, suite, pocket, environment, apt))
  if (archives.some((archive) => archive.isFromApt)) {
    for (const message of apt.warnings) job.emit({ type: 'notice', level: 'warning', message })
  }
  return { archives: archives.map(({ source }) => source), environment: { ...apt.proxies, ...environment } }
}

/** Undefined is the suite itself. */
function wantedPockets(options: SourceOptions, suite: Suite): readonly (Pocket | undefined)[] {
  const pockets = suite.hasPockets ? (options.pockets ?? defaultPockets) : []
  return [undefined, ...pockets]
}

function archiveOf(
  options: SourceOptions,
  suite: Suite,
  pocket: Pocket | undefined,
  environment: Environment,
  apt: AptArchives,
): { readonly source: ArchiveSource; readonly isFromApt: boolean } {
  const named = options.mirrors ?? wordsOf(environment['WHERRY_DEBIAN_MIRROR'])
  const fromApt = named.length > 0 ? undefined : pocket === 'security' ? apt.security : apt.main
  const mirrors = named.length > 0 ? named.map(mirrorUrl) : (apt.main?.mirrors ?? [publicArchive])
  const ownSecurity = options.securityMirrors?.map(mirrorUrl) ?? fromApt?.mirrors
  const security = ownSecurity ?? [...mirrors.flatMap((mirror) => securityBeside(mirror) ?? []), publicSecurityArchive]
  const files = [...(options.keyrings ?? []), ...(fromApt?.keyring.files ?? [])]
  const isFromApt = named.length === 0 && (fromApt ?? apt.main) !== undefined
  return {
    isFromApt,
    source: {
      suite: pocket === undefined ? suite.base : pocketFolder(suite.base, pocket),
      components: options.components ?? ['main'],
      architecture: options.architecture,
      mirrors: [...new Set(pocket === 'security' ? security : mirrors)],
      keyring: {
        hasDebianKeys: suite.isDebian,
        files: [...new Set(files)],
        armoured: fromApt?.keyring.armoured ?? [],
        fingerprints: fromApt?.keyring.fingerprints ?? [],
      },
      isValidUntilChecked: options.isValidUntilChecked ?? (isFromApt ? apt.isValidUntilChecked : true),
    },
  }
}

function checkNames(options: SourceOptions, suite: Suite): void {
  const words = [options.suite, options.architecture, ...(options.components ?? [])]
  const bad = words.find((word) => !/^[\w+.~-]+(?:\/[\w+.~-]+)*$/.test(word) || /(?:^|\/)\.\.?(?:\/|$)/.test(word))
  if (bad !== undefined) {
    throw new DebianError('bad-source', `${JSON.stringify(bad)} is no name of a suite, component or architecture`, {
      hint: 'A suite is written as in "bookworm", a component as in "main", an architecture as in "amd64".',
    })
  }
  if (suite.isDebian || (options.keyrings ?? []).length > 0) return
  throw new DebianError('bad-source', `${options.suite} is no suite of Debian, and no keyring is named for it`, {
    hint: 'Debian has bookworm, trixie, sid and others. For another archive name its mirror and the file with its keys.',
  })
}

function wordsOf(text: string | undefined): readonly string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '')
}

/** @throws DebianError `bad-source` */
function mirrorUrl(text: string): string {
  let url: URL
  try {
    url = new URL(text.endsWith('/') ? text : `${text}/`)
  } catch (cause) {
    throw new DebianError('bad-source', `the mirror ${JSON.stringify(text)} is no address: ${errorMessage(cause)}`, {
      hint: mirrorHint,
    })
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new DebianError('bad-source', `the mirror ${JSON.stringify(text)} is neither http nor https`, {
      hint: mirrorHint,
    })
  }
  url.search = ''
  url.hash = ''
  return url.href
}

/** `http://host/debian/` has `http://host/debian-security/` beside it, and so has a snapshot. */
function securityBeside(mirror: string): string | undefined {
  const url = new URL(mirror)
  const changed = url.pathname.replace(/\/debian(?=\/)(?!.*\/debian\/)/, '/debian-security')
  if (changed === url.pathname) return undefined
  url.pathname = changed
  return url.href
}
