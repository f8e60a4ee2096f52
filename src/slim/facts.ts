import type { FileTree } from '../filetree/file-tree.ts'
import type { ImageConfig } from '../image/config.ts'

/** Something that a file cannot do without. */
export interface Need {
  /** Absolute, as a process looks for it: links on the way are followed when it is decided. */
  readonly path: string
  /** In what way, as the end of a sentence that begins with the file: `needs libz.so.1`, `imports flask`. */
  readonly how: string
}

/** What a file does that makes it need parts of the system that no name in it leads to. */
export type FileTrait =
  | 'glibc'
  | 'musl'
  /** Made by Go's linker. */
  | 'go'
  /** Looks up host names, or users and groups, in the C library. */
  | 'hosts'
  | 'users'
  /** Converts character sets with the C library. */
  | 'iconv'
  /** Trusts the certificate authorities of the system. */
  | 'tls'
  /** Does so through OpenSSL, which looks in folders of its own. */
  | 'openssl'
  /** Works with time zones by their names. */
  | 'zones'

/** What is known of the content of one file. */
export interface FileFacts {
  readonly needs: readonly Need[]
  readonly traits: readonly FileTrait[]
}

/** Files that belong together: a package of Node or PHP, a distribution of Python, a gem. Who uses one of them may use all. */
export interface Unit {
  /** `express 4.21.2` */
  readonly title: string
  /** Without what no program reads: tests, documentation, type stubs. */
  readonly paths: readonly string[]
}

/** A package of the system and the files that are its own, by their real paths. */
export interface SystemPackage {
  readonly manager: 'dpkg' | 'apk'
  readonly name: string
  readonly version: string
  readonly paths: readonly string[]
  /** Files in which this package alone is described: those of `status.d`. */
  readonly records: readonly string[]
}

/** What of languages is used by the app. */
export type AppLanguage = 'node' | 'python' | 'java' | 'ruby' | 'php' | 'perl'

/** What is known of an image's files: as much as deciding needs. */
export interface Facts {
  readonly tree: FileTree
  readonly config: ImageConfig
  /** What runs the app: the languages of the programs that were executed, or would be. Empty for compiled apps. */
  readonly languages: ReadonlySet<AppLanguage>
  /** By real path. Of files that nothing reaches, nothing is known. */
  readonly files: ReadonlyMap<string, FileFacts>
  readonly units: readonly Unit[]
  readonly packages: readonly SystemPackage[]
  /** The modules of glibc that nsswitch.conf(5) names for looking up hosts, users and groups: `files`, `dns`, `myhostname`. */
  readonly nameServices: ReadonlySet<string>
}
