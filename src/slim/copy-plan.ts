import type { FileEntry, FileKind } from '../filetree/file-entry.ts'
import type { FileTree } from '../filetree/file-tree.ts'
import type { Ledger } from './ledger.ts'

/** Whom files are given to: numbers, as `--chown` has them. */
export interface CopyOwner {
  readonly uid: number
  readonly gid: number
}

/** One COPY of the final stage. */
export type PlannedCopy =
  /** A directory with all that is in it, to its own place. */
  | {
      readonly kind: 'directory'
      readonly path: string
      /** Whether it is taken from the stage in which something was removed of it. */
      readonly isTrimmed: boolean
      readonly owner: CopyOwner | undefined
      readonly reason: string
    }
  /** Files of one directory. A link among them becomes the file that it leads to. */
  | {
      readonly kind: 'files'
      readonly directory: string
      readonly paths: readonly string[]
      readonly isTrimmed: boolean
      readonly owner: CopyOwner | undefined
      readonly reason: string
    }

/** What goes out of a directory before it is copied. */
export interface PlannedRemoval {
  readonly directory: string
  /** For find(1), `-name`: whatever is called so in the directory goes, with all that is in it. */
  readonly names: readonly string[]
  /** Files that are called so and stay: by their names, or by their paths where others of that name go. */
  readonly exceptions: readonly string[]
  readonly paths: readonly string[]
  /** Paths that go with all whose names begin so: a Dockerfile, and the one that is written beside it, and copied when that is built. */
  readonly prefixes: readonly string[]
}

/** A directory with attributes of its own. */
export interface PlannedDirectory {
  readonly path: string
  readonly mode: number
  readonly uid: number
  readonly gid: number
}

/** Metadata of packages that is made for the final stage, so that scanners know what is inside. */
export interface PlannedMetadata {
  /** Packages of which `/var/lib/dpkg/status.d` gets a file each. */
  readonly dpkg: readonly string[]
  /** Packages whose entries stay of apk's list. */
  readonly apk: { readonly list: string; readonly packages: readonly string[] } | undefined
}

/** How files come into the final stage. */
export interface CopyPlan {
  /** In the order in which they are to be written. */
  readonly copies: readonly PlannedCopy[]
  readonly removals: readonly PlannedRemoval[]
  /** Files, links and whole directories that are gathered in a folder, and copied from there all at once, behind the others. */
  readonly gathered: readonly { readonly directory: string; readonly paths: readonly string[] }[]
  /** Directories that have to be made, or whose attributes have to be set, in that folder: parents first. */
  readonly directories: readonly PlannedDirectory[]
  /** What WORKDIR makes where it is not there. */
  readonly workingDirectory: string
  /** Files that lose setuid and setgid before they are copied. */
  readonly unprivileged: readonly string[]
  /** What is given to the owner before it is copied with the directory that it lies in. */
  readonly owned: readonly string[]
  /** Whom that is given to. */
  readonly owner: CopyOwner
  readonly metadata: PlannedMetadata
  /** What was dropped and comes along all the same: small, and not worth a line. */
  readonly tolerated: readonly string[]
  /** Kept libraries that come under the name of the link that leads to them, and not under their own: link by file. */
  readonly renamed: ReadonlyMap<string, string>
  /** What is kept and cannot be brought: links, folders and odd files of an image that has no shell to make them with. */
  readonly lost: readonly string[]
}

/** What a plan is made of. */
export interface CopyPlanInput {
  /** The files of the image that is slimmed. */
  readonly tree: FileTree
  readonly ledger: Pick<Ledger, 'verdicts' | 'packages'>
  /** What is in the final stage without any copy; undefined where nothing is. */
  readonly baseTree: Pick<FileTree, 'get'> | undefined
  /** Whom the app runs as, for what it writes. */
  readonly owner: CopyOwner
  /** What the app writes to; whole folders. Given to the owner where they are not. */
  readonly writablePaths: readonly string[]
  /** Folders that the image does not have, and that the owner is to have: its volumes. */
  readonly newFolders?: readonly string[]
  /** Where the app begins: WORKDIR makes it. */
  readonly workingDirectory: string
  /** Whether what is setuid or setgid loses that. */
  readonly dropsSetIds: boolean
  /** Whether a RUN can be used at all; by default where the image has a shell and the usual tools. */
  readonly canRun?: boolean
}

/** One path that a written Dockerfile brings. */
export interface CopiedEntry {
  readonly path: string
  readonly kind: FileKind
  readonly mode: number
  readonly uid: number
  readonly gid: number
  /** Whose content it is, in the image that is slimmed. Undefined for what is made anew. */
  readonly source: FileEntry | undefined
}
