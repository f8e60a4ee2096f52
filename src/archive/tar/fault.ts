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

/** A name for a message: in quotes, with everything escaped that a terminal might obey, and not too long. */
export function quoteName(name: string): string {
  const text = JSON.stringify(name.slice(0, 200))
  return text.replaceAll(
    /[\u{7f}-\u{9f}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
