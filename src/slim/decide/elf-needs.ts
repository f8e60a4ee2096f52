import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { Job } from '../../std/job.ts'
import type { FileFacts, FileTrait, Need } from '../facts.ts'
import type { ContentContext } from './content-context.ts'
import { scanElf, type ElfStrings } from './elf-strings.ts'
import type { ElfFile } from './elf.ts'

/** What Go's linker writes before its notes on the build (debug/buildinfo). */
const goMark = '\u00ff Go buildinf:'
/** Where programs look that bring TLS of their own: Go's crypto/x509, Rust's openssl-probe and rustls-native-certs. */
const certificatesMark = 'ca-certificates.crt'

const hostNames = [
  'getaddrinfo',
  'gethostbyname',
  'gethostbyname2',
  'gethostbyname_r',
  'gethostbyname2_r',
  'getnameinfo',
  'res_query',
  '__res_query',
]
const userNames = [
  'getpwnam',
  'getpwuid',
  'getpwnam_r',
  'getpwuid_r',
  'getgrnam',
  'getgrgid',
  'getgrnam_r',
  'getgrgid_r',
  'initgroups',
  'getgrouplist',
]
const tlsLibraries = /^lib(?:ssl|gnutls|nss3|mbedtls|wolfssl|curl|curl-gnutls|s2n)[.-]/

/** What glibc itself loads by name, but only for callers that ask for it with a flag that hardly anybody sets (AI_IDN). */
const rarelyLoaded = new Set(['libidn2.so.0'])

/** What an ELF file needs: its loader, its libraries, those whose names it holds and may load, and what these do in the system. */
export async function elfFacts(context: ContentContext, entry: FileEntry, elf: ElfFile, job: Job): Promise<FileFacts> {
  const needs: Need[] = []
  if (elf.interpreter !== undefined) needs.push({ path: elf.interpreter, how: `is loaded by ${elf.interpreter}` })
  for (const name of elf.needed) {
    const usual = context.libraries.find(name, entry.path, elf)
    // Loaded already by the file that loaded this one, from a folder of that one's own: whichever has the name may be meant, and of
    // several runtimes the one that this file is of.
    const found = usual.length > 0 ? usual : nearest(context.libraries.anywhere(name), entry.path)
    for (const path of found) needs.push({ path, how: `needs ${name}` })
  }
  const loads = elf.names.has('dlopen')
  const strings: ElfStrings =
    loads || !elf.isDynamic || context.isOfApp(entry)
      ? await scanElf(context.tree.openFile(entry, job), [goMark, certificatesMark])
      : { libraries: new Set(), marks: new Set() }
  if (loads) {
    for (const name of strings.libraries) {
      if (rarelyLoaded.has(name)) continue
      for (const path of context.libraries.find(name, entry.path, elf)) needs.push({ path, how: `may load ${name}` })
    }
  }
  return { needs, traits: [...traitsOf(entry, elf, strings)] }
}

function* traitsOf(entry: FileEntry, elf: ElfFile, { marks }: ElfStrings): Generator<FileTrait> {
  const isMusl =
    elf.interpreter?.includes('/ld-musl-') === true || elf.needed.some((name) => name.startsWith('libc.musl-'))
  if (isMusl) yield 'musl'
  if (elf.needed.includes('libc.so.6')) yield 'glibc'
  if (marks.has(goMark)) yield 'go'
  const isLibc = /^(?:libc\.so\.6|ld-musl-.*\.so\.1|libc\.musl-.*)$/.test(elf.soname ?? posix.basename(entry.path))
  if (marks.has(certificatesMark) || elf.needed.some((name) => tlsLibraries.test(name))) yield 'tls'
  if (elf.needed.some((name) => /^lib(?:ssl|crypto)\.so/.test(name))) yield 'openssl'
  // libc defines these, so that it has the names says nothing.
  if (isLibc) return
  if (hostNames.some((name) => elf.names.has(name))) yield 'hosts'
  if (userNames.some((name) => elf.names.has(name))) yield 'users'
  if (elf.names.has('iconv_open')) yield 'iconv'
}

/** Those of some paths that share the most folders with another one. */
function nearest(paths: readonly string[], other: string): readonly string[] {
  const shared = paths.map((path) => {
    const names = path.split('/')
    const differs = other.split('/').findIndex((name, index) => name !== names[index])
    return differs === -1 ? names.length : differs
  })
  const most = Math.max(...shared)
  return paths.filter((_, index) => shared[index] === most)
}
