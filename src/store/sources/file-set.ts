import type { Job } from '../../std/job.ts'
import { readAll, type ByteStream } from '../../std/bytes.ts'
import { ImageError } from '../../image/errors.ts'

/**
 * Files that are read by their names, at any offset: of a folder, or of a tar archive that is not unpacked. Names are
 * relative and have `/` between their parts; one that leads out of the set names nothing.
 */
export interface FileSet {
  /** What people know it by. */
  readonly title: string
  /** Undefined when there is no such file. */
  sizeOf(name: string): Promise<number | undefined>
  /** The file must be there. It may be read many times and at once. */
  open(name: string, job: Job, offsetBytes?: number): ByteStream
}

/** A small file as a whole, or undefined when there is none. @throws ImageError `too-large` */
export async function readWhole(
  files: FileSet,
  name: string,
  bytesMax: number,
  job: Job,
): Promise<Uint8Array | undefined> {
  const sizeBytes = await files.sizeOf(name)
  if (sizeBytes === undefined) return undefined
  if (sizeBytes > bytesMax) {
    throw new ImageError(
      'too-large',
      `${files.title}: ${name} has ${sizeBytes} bytes, and at most ${bytesMax} are read`,
    )
  }
  return await readAll(files.open(name, job), bytesMax)
}
