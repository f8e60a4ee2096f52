import type { ArchiveErrorCode } from '../errors.ts'

/** RFC 8878, section 3.1.2: bytes that are for other programs. */
export const skippableFrame = Buffer.from('5a2a4d18050000006162636465', 'hex')

const magic = '28b52ffd'

/** Frames that are refused for what their headers tell. */
export const brokenFrames: readonly {
  readonly name: string
  readonly frame: Buffer
  readonly code: ArchiveErrorCode
  readonly message: RegExp
}[] = [
  {
    name: 'a window over 128 MiB',
    frame: Buffer.from(`${magic}0089010000`, 'hex'),
    code: 'unsupported-archive',
    message: /window over 134217728/,
  },
  {
    name: 'a dictionary',
    frame: Buffer.from(`${magic}210100010000`, 'hex'),
    code: 'unsupported-archive',
    message: /dictionary/,
  },
  {
    name: 'a block of the reserved type',
    frame: Buffer.from(`${magic}0058070000`, 'hex'),
    code: 'bad-archive',
    message: /type that does not exist/,
  },
]
