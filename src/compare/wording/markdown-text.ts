import { printable } from '../../std/printable.ts'

/** Text from outside that Markdown shows as it is (CommonMark 0.31, 2.4: any ASCII punctuation can be escaped), in a table too. */
export function markdownText(text: string): string {
  return printable(text).replaceAll(/[\\`*_{}[\]<>()#+!|~&@]/g, (character) =>
    character === '<' ? '&lt;' : character === '&' ? '&amp;' : character === '@' ? '&#64;' : `\\${character}`,
  )
}
