import type { TarContent } from '../archive/tar-entry.ts'
import type { Job } from '../std/job.ts'

/** How the changes of a snapshot are written down. */
export interface ChangesOptions {
  /** No time is later than this, in seconds since 1970. Undefined: times stay as they are. */
  readonly latestSeconds: number | undefined
  /**
   * Paths, absolute, that were made only so that something could be mounted there: each is left out if it is still an empty file or
   * directory that no lower layer has. So are directories on the way to it that no lower layer has and that hold nothing else, and
   * those that lower layers have, if nothing but their time has changed.
   */
  readonly mountPoints: readonly string[]
}

/** A root file system that can be written to. Disposing of it deletes what was written. */
export interface WritableRoot extends AsyncDisposable {
  /** The absolute path at which it is mounted. What lies in it belongs to whoever wrote the image: follow no link in it. */
  readonly rootfs: string

  /**
   * The absolute paths of what was made, changed or deleted. Directories that the layers have are left out: mostly it is what lies in them that
   * has changed.
   *
   * @throws SnapshotError `cannot-read`
   */
  changedPaths(options: ChangesOptions, job: Job): Promise<ReadonlySet<string>>
}

/**
 * A writable root file system over layers, mounted in the mount namespace of this process. Disposing of it unmounts it and deletes
 * what was written.
 */
export interface WritableSnapshot extends WritableRoot {
  /**
   * What differs from the layers, as the entries of a layer (image-spec, layer.md): sorted, each directory before what is in it,
   * whiteouts for what is gone, hard links kept, devices, extended attributes, times to the nanosecond. What is as it was is left
   * out, and so are sockets, labels of SELinux, and, with a notice, names that begin with `.wh.`. Found without a walk over the lower
   * layers. To be asked for while nobody writes.
   *
   * @throws SnapshotError `cannot-read`
   */
  changes(options: ChangesOptions, job: Job): AsyncGenerator<TarContent>
}
