import type { FileTree } from '../../filetree/file-tree.ts'
import type { Facts, FileTrait } from '../facts.ts'
import { nameServiceFiles } from './name-services.ts'
import type { ProcessSettings } from './settings.ts'
import { findWay } from './way.ts'

/** A part of the system that libraries read without being told to. */
export interface SystemPart {
  readonly path: string
  readonly detail: string
  /** Whether all that lies in it stays too. */
  readonly isWhole: boolean
}

/** Files that are there in every system, and small. */
const always: readonly (readonly [path: string, detail: string])[] = [
  ['/etc/passwd', 'names of users'],
  ['/etc/group', 'names of groups'],
  ['/etc/nsswitch.conf', 'where names are looked up'],
  ['/etc/hosts', 'names of hosts'],
  ['/etc/resolv.conf', 'where hosts are looked up'],
  ['/etc/host.conf', 'how hosts are looked up'],
  ['/etc/gai.conf', 'which addresses come first'],
  ['/etc/services', 'names of ports'],
  ['/etc/protocols', 'names of protocols'],
  ['/etc/mime.types', 'kinds of files'],
  ['/etc/localtime', 'the time zone'],
  ['/etc/timezone', 'the time zone'],
  ['/etc/os-release', 'which system this is'],
  ['/etc/debian_version', 'which system this is'],
  ['/etc/alpine-release', 'which system this is'],
  ['/tmp', 'for temporary files'],
  ['/var/tmp', 'for temporary files'],
]

const certificateBundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/ssl/cert.pem',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/pki/tls/cert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
]
const opensslFolders = ['/usr/lib/ssl', '/etc/ssl', '/usr/local/ssl', '/etc/pki/tls', '/usr/local/etc/openssl']

/** Which parts of the system stay, given what the kept files do and which of them were opened. */
export function systemParts(
  { tree, nameServices }: Pick<Facts, 'tree' | 'nameServices'>,
  { environment }: ProcessSettings,
  traits: ReadonlySet<FileTrait>,
  opened: ReadonlySet<string>,
): readonly SystemPart[] {
  const parts: SystemPart[] = always.map(([path, detail]) => ({ path, detail, isWhole: false }))
  const add = (path: string | undefined, detail: string, isWhole = false): void => {
    if (path?.startsWith('/') === true) parts.push({ path, detail, isWhole })
  }
  if (traits.has('glibc')) {
    for (const path of ['/etc/ld.so.cache', '/etc/ld.so.conf']) add(path, 'where libraries are')
    add('/etc/ld.so.conf.d', 'where libraries are', true)
    if (traits.has('hosts') || traits.has('users'))
      for (const path of nameServiceFiles(tree, nameServices)) add(path, 'looks up names')
  }
  if (traits.has('musl'))
    for (const { path } of tree.children('/etc')) if (/\/ld-musl-.+\.path$/.test(path)) add(path, 'where libraries are')
  if (traits.has('tls')) {
    for (const path of certificateBundles) add(path, 'certificate authorities')
    for (const name of ['SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS', 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'])
      add(environment.get(name), 'certificate authorities')
    add(environment.get('SSL_CERT_DIR'), 'certificate authorities', true)
  }
  if (traits.has('openssl')) {
    for (const folder of opensslFolders) {
      add(`${folder}/openssl.cnf`, "OpenSSL's settings")
      add(`${folder}/cert.pem`, 'certificate authorities')
    }
    // Without a bundle in the place where it looks, OpenSSL takes the folder with a file for each authority.
    const hasBundle =
      environment.has('SSL_CERT_FILE') ||
      opensslFolders.some((folder) => findWay(tree, `${folder}/cert.pem`).target !== undefined)
    if (!hasBundle) for (const folder of opensslFolders) add(`${folder}/certs`, 'certificate authorities', true)
  }
  const zones = environment.get('TZDIR') ?? '/usr/share/zoneinfo'
  if (
    environment.has('TZ') ||
    traits.has('zones') ||
    [...opened].some((path) => path.startsWith('/usr/share/zoneinfo/'))
  )
    add(zones, 'time zones', true)
  for (const part of localeParts(tree, environment)) parts.push(part)
  return parts
}

function localeParts(tree: FileTree, environment: ReadonlyMap<string, string>): readonly SystemPart[] {
  const names = new Set(
    ['LC_ALL', 'LANG', 'LC_CTYPE', 'LC_TIME', 'LC_MESSAGES', 'LC_NUMERIC', 'LC_COLLATE'].flatMap(
      (name) => environment.get(name) ?? [],
    ),
  )
  const parts: SystemPart[] = []
  for (const name of names) {
    if (!/^[\w.@-]+$/.test(name) || name === 'C' || name === 'POSIX') continue
    const detail = `the locale ${name}`
    const plain = name.toLowerCase().replaceAll('-', '')
    for (const { path } of tree.children('/usr/lib/locale')) {
      if (path.slice('/usr/lib/locale/'.length).toLowerCase().replaceAll('-', '') === plain)
        parts.push({ path, detail, isWhole: true })
    }
    if (!plain.startsWith('c.')) parts.push({ path: '/usr/lib/locale/locale-archive', detail, isWhole: false })
    const language = /^[a-z]+/.exec(name)?.[0]
    if (language !== undefined) parts.push({ path: `/usr/share/locale/${language}`, detail, isWhole: true })
  }
  return parts
}
