/** Blocks whose characters take two columns (Unicode 16, East_Asian_Width W and F), but for emoji, which the pattern knows. */
const widePattern =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{1b2ff}\u{1d300}-\u{1d376}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\p{Emoji}\ufe0f/u
const invisiblePattern = /^[\p{Mn}\p{Me}\p{Cf}\p{Cc}]*$/u
/** Texts of such characters need no table and no segmenter, which takes 20 ms to make. */
const narrowPattern = /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*$/

let segmenter: Intl.Segmenter | undefined

/** The graphemes of a text with the columns that a terminal gives to each: 0, 1 or 2. */
function* graphemes(text: string): Generator<readonly [grapheme: string, columns: number]> {
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' })
  for (const { segment } of segmenter.segment(text)) {
    yield [segment, invisiblePattern.test(segment) ? 0 : widePattern.test(segment) ? 2 : 1]
  }
}

/** How many columns a terminal needs for a text without escape sequences. */
export function textWidth(text: string): number {
  if (narrowPattern.test(text)) return text.length
  let width = 0
  for (const [, columns] of graphemes(text)) width += columns
  return width
}

/** The text itself if it fits, or as much of it as fits before an ellipsis. */
export function truncate(text: string, columnsMax: number): string {
  if (textWidth(text) <= columnsMax) return text
  if (columnsMax < 1) return ''
  let kept = ''
  let width = 0
  for (const [grapheme, columns] of graphemes(text)) {
    if (width + columns > columnsMax - 1) break
    kept += grapheme
    width += columns
  }
  return `${kept}…`
}

/** The text with spaces behind it up to a width; longer texts stay as they are. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)))
}

/** The text with spaces before it up to a width; longer texts stay as they are. */
export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - textWidth(text))) + text
}

/** Breaks a text at its spaces into lines of at most `columns`; a longer word gets a line of its own. */
export function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && textWidth(longer) > columns) {
      lines.push(line)
      line = word
    } else {
      line = longer
    }
  }
  return [...lines, line]
}

/** The text without the escape sequences that set colours and the like (SGR). */
export function stripStyle(text: string): string {
  // oxlint-disable-next-line no-control-regex -- escape sequences begin with a control character
  return text.replace(/\x1b\[[0-9;]*m/g, '')
}
