/**
 * Control characters (C0, DEL, C1), marks that turn the direction of text, line separators, and lone surrogates, which
 * stand for bytes that are no UTF-8.
 */
const unsafePattern =
  // oxlint-disable-next-line no-control-regex -- finding control characters is what this pattern is for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|\p{Surrogate}/gu

/**
 * Text from outside (file names, tags, a registry's messages) that a terminal shows as it is: what would move the cursor,
 * change colours or reorder the line is written as an escape such as `\x1b`.
 */
export function printable(text: string): string {
  return text.replace(unsafePattern, escape)
}

/** {@link printable} that keeps line breaks and tabs: for messages of several lines. */
export function printableLines(text: string): string {
  return text.replace(unsafePattern, (character) => (/[\n\t]/.test(character) ? character : escape(character)))
}

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0
  if (code >= 0xdc80 && code <= 0xdcff) return `\\x${(code - 0xdc00).toString(16)}`
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}
