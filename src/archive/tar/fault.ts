import type { ArchiveErrorCode } from '../errors.ts'

/** What is wrong, found by a part that does not know where in the archive it is. TarParser adds that. */
export class TarFault extends Error {
  readonly code: ArchiveErrorCode

  constructor(code: ArchiveErrorCode, message: string) {
    super(message)
    this.name = 'TarFault'
    this.code = code
  }
}

export function badArchive(message: string): TarFault {
  return new TarFault('bad-archive', message)
}
