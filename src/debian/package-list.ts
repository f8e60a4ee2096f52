import type { ByteStream } from '../std/bytes.ts'
import type { Job } from '../std/job.ts'

/** A Packages file by its hash, and where its text comes from when it is not kept yet. */
export interface PackageList {
  /** What messages call it: `bookworm-security/main of …`. */
  readonly title: string
  /** Of the plain text, in hexadecimal, as the archive's Release file promises it. */
  readonly sha256: string
  /** The plain text. Called only when it is not kept yet, or no longer sound. */
  open(job: Job): ByteStream
}
