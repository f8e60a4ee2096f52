import { printable } from './printable.ts'
import { textWidth, truncate } from './text-width.ts'

const tabColumns = 4
/** How much of a long line is shown before, under and behind the carets. */
const partColumnsMax = 60

/** Line and column of an offset in a text, both from 1. */
export function positionOf(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1
  let lineStart = 0
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1
    lineStart = at + 1
  }
  return { line, column: offset - lineStart + 1 }
}

/**
 * The line that a range of a text begins on, with its number, and carets under the range: for showing a user where
 * something is wrong. Tabs, wide characters and what a terminal would obey do not move the carets; of a long line the part
 * around them is shown.
 *
 * @param line The number of the line, where it is known already.
 */
export function sourceExcerpt(
  text: string,
  startOffset: number,
  endOffset: number,
  line: number = positionOf(text, startOffset).line,
): string {
  const lineStart = startOffset === 0 ? 0 : text.lastIndexOf('\n', startOffset - 1) + 1
  const nextBreak = text.indexOf('\n', startOffset)
  const breakStart = nextBreak === -1 ? text.length : nextBreak
  const lineEnd = breakStart > startOffset && text.charAt(breakStart - 1) === '\r' ? breakStart - 1 : breakStart
  const markEnd = Math.max(startOffset, Math.min(endOffset, lineEnd))
  const before = renderEnd(text.slice(lineStart, startOffset))
  const marked = renderStart(text.slice(startOffset, markEnd), textWidth(before))
  const behind = renderStart(text.slice(markEnd, lineEnd), textWidth(before + marked))
  const carets = '^'.repeat(Math.max(1, textWidth(marked)))
  const margin = ' '.repeat(String(line).length)
  return `${line} | ${before}${marked}${behind}\n${margin} | ${' '.repeat(textWidth(before))}${carets}`
}

/** The beginning of a text as it can be shown, at a column. */
function renderStart(text: string, column: number): string {
  return truncate(render(text.slice(0, partColumnsMax * 2), column), partColumnsMax)
}

/** The end of a text as it can be shown at the beginning of a line. */
function renderEnd(text: string): string {
  const whole = render(text.slice(-partColumnsMax * 2), 0)
  if (textWidth(whole) <= partColumnsMax && text.length <= partColumnsMax * 2) return whole
  // The cut may be in the middle of a character of two units.
  const end = whole.slice(-Math.floor(partColumnsMax / 2)).replace(/^[\udc00-\udfff]/, '')
  return `…${end}`
}

function render(text: string, column: number): string {
  let shown = ''
  for (const [index, part] of text.split('\t').entries()) {
    if (index > 0) shown += ' '.repeat(tabColumns - ((column + textWidth(shown)) % tabColumns))
    shown += printable(part)
  }
  return shown
}
