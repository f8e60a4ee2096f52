/** A part of a text: from `start` up to, but without, `end`. Offsets count UTF-16 code units, as JavaScript strings do. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** A place in a text as people name it. Lines and columns count from 1; columns count UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** Where each line of a text begins. Lines end at `\n`; a `\r` before it belongs to the line. */
export interface LineIndex {
  readonly starts: readonly number[]
  readonly length: number
}

/** Whether two ranges share at least one character. */
export function rangesOverlap(a: TextRange, b: TextRange): boolean {
  return a.start < b.end && b.start < a.end
}

/** Finds the lines of a text, for {@link positionAt} and {@link lineRange}. */
export function createLineIndex(text: string): LineIndex {
  const starts = [0]
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return { starts, length: text.length }
}

/** The line and column of an offset. An offset behind the text is the place behind its last character. */
export function positionAt(index: LineIndex, offset: number): Position {
  const bounded = Math.min(Math.max(offset, 0), index.length)
  let low = 0
  let high = index.starts.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((index.starts[middle] ?? 0) <= bounded) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: bounded - (index.starts[low] ?? 0) + 1 }
}

/** The characters of a line, counted from 1, with its `\n`. Undefined where the text has no such line. */
export function lineRange(index: LineIndex, line: number): TextRange | undefined {
  const start = index.starts[line - 1]
  return start === undefined ? undefined : { start, end: index.starts[line] ?? index.length }
}
