import type { FileAttributes, FileKind } from '../filetree/file-entry.ts'
import type { Digest } from '../image/digest.ts'
import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'

/** One path that COPY, ADD and bind mounts can take. */
export interface SourceEntry extends Omit<FileAttributes, 'digest' | 'dataOffsetBytes' | 'storedBytes' | 'sparse'> {
  /** Absolute in its tree: the root is `/`. Bytes as in `std/path-text.ts`. */
  readonly path: string
  readonly kind: FileKind
  /** The same for all hard links of one file, and different for different files of one tree. */
  readonly inode: string
}

/**
 * Where files are taken from: a folder on disk, a tar, a git repository, a stage or an image. No path leads out of it, whatever its
 * links say, also while somebody else changes it.
 */
export interface SourceTree extends AsyncDisposable {
  /** For messages: `the build context`, `stage "build"`, `image docker.io/library/node:22`. */
  readonly title: string
  /**
   * The entry of a path.
   *
   * @param path links in all components but the last are followed, inside of the tree; the last one too with `followLast`.
   */
  lookup(path: string, options: { readonly followLast: boolean }, job: Job): Promise<SourceEntry | undefined>
  /** What lies in a directory, sorted by the bytes of the names. What `.dockerignore` leaves out is not there. */
  children(directory: SourceEntry, job: Job): Promise<readonly SourceEntry[]>
  /** A file's content. @throws BuildError `context-changed` when it is not what the entry says any more. */
  open(file: SourceEntry, job: Job): ByteStream
  /** What {@link digest} would say, where that is known without reading the file. */
  knownDigest(file: SourceEntry): Digest | undefined
  /** The sha256 of a file's content; kept from one build to the next where that is safe. */
  digest(file: SourceEntry, job: Job): Promise<Digest>
  /** The line of `.dockerignore` because of which a path is not there, for the message that says so. */
  ignoringPattern(path: string): string | undefined
}
