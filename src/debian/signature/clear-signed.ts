/** A text and the signature over it. */
export interface ClearSigned {
  /**
   * What was signed, with a line feed at the end of each line, without the blanks at the ends of lines, which no signature
   * covers.
   */
  readonly text: string
  /** The signature's armour. */
  readonly signature: string
}

/** What is wrong with a file that should be a clear-signed text. */
export class ClearSignedError extends Error {}

const textBegin = '-----BEGIN PGP SIGNED MESSAGE-----'
const signatureBegin = '-----BEGIN PGP SIGNATURE-----'
const signatureEnd = '-----END PGP SIGNATURE-----'

/**
 * Takes a file apart that is one clear-signed text (RFC 9580, section 7) from its first byte to its last. Whatever else it
 * holds is refused and not passed over: readers that pass over different things can be made to see different texts.
 *
 * @throws ClearSignedError with what is wrong and in which line.
 */
export function splitClearSigned(bytes: Uint8Array): ClearSigned {
  const lines = decodeLines(bytes)
  if (lines[0] !== textBegin) throw new ClearSignedError(`it does not begin with "${textBegin}"`)
  let line = 1
  while (/^Hash: [A-Za-z0-9, -]+$/.test(lines[line] ?? '')) line += 1
  if (lines[line] !== '') throw new ClearSignedError(`line ${line + 1} is no header of a signed text`)
  const signatureLine = lines.indexOf(signatureBegin, line + 1)
  if (signatureLine === -1) throw new ClearSignedError('there is no signature')
  const signed = lines.slice(line + 1, signatureLine)
  const text = signed.map((each, index) => unescape(each, line + index + 2)).join('\n')
  return { text: `${text}\n`, signature: takeSignature(lines, signatureLine) }
}

/**
 * The lines of a text that has only plain characters. Control characters, and with them a carriage return, are refused:
 * whether one ends a line is what programs disagree about.
 */
function decodeLines(bytes: Uint8Array): readonly string[] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new ClearSignedError('it is no UTF-8')
  }
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this pattern is for
  const control = /[\u0000-\u0008\u000b-\u001f\u007f\u0085\u2028\u2029\ufeff]/.exec(text)
  if (control === null) return text.split('\n')
  const line = text.slice(0, control.index).split('\n').length
  throw new ClearSignedError(`line ${line} has a control character`)
}

/** A line that begins with a dash stands behind another one and a blank; others may. */
function unescape(line: string, number: number): string {
  const plain = line.startsWith('- ') ? line.slice(2) : line
  if (plain === line && line.startsWith('-')) {
    throw new ClearSignedError(`line ${number} begins with a dash that is not escaped`)
  }
  return plain.replace(/[ \t]+$/, '')
}

/** The armour, if nothing but the file's last line break follows it, and nothing of another block is in it. */
function takeSignature(lines: readonly string[], begin: number): string {
  const end = lines.indexOf(signatureEnd, begin)
  if (end === -1) throw new ClearSignedError('the signature has no end')
  const another = lines.slice(begin + 1, end).findIndex((line) => line.startsWith('-'))
  if (another !== -1) throw new ClearSignedError(`line ${begin + another + 2} does not belong into a signature`)
  const behind = lines.slice(end + 1).findIndex((line) => line !== '')
  if (behind !== -1) throw new ClearSignedError(`line ${end + behind + 2} follows the signature`)
  return `${lines.slice(begin, end + 1).join('\n')}\n`
}
