/** One of Debian's keys. */
export interface ArchiveKey {
  readonly name: string
  /** Of the primary key, 40 hexadecimal digits. */
  readonly fingerprint: string
  /** The key in ASCII armour. */
  readonly armour: string
}
