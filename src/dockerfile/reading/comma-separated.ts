import { sliceSource, sourceStringBuilder, offsetAt, type SourceString } from '../source-string.ts'

/**
 * The fields between the commas of one line of CSV, as BuildKit's `csvvalue` reads it: a field in double quotes may hold commas,
 * and two quotes in it are one.
 *
 * @returns undefined where quotes stand in the wrong places, or where there is nothing.
 */
export function splitAtCommas(source: SourceString): readonly SourceString[] | undefined {
  const text = source.value
  if (text === '') return undefined
  const fields: SourceString[] = []
  for (let at = 0; at <= text.length; at += 1) {
    const isQuoted = text.charAt(at) === '"'
    const end = isQuoted ? quotedEnd(text, at) : plainEnd(text, at)
    if (end === undefined) return undefined
    fields.push(isQuoted ? unquote(source, at, end) : sliceSource(source, at, end))
    at = end
  }
  return fields
}

function plainEnd(text: string, from: number): number | undefined {
  const comma = text.indexOf(',', from)
  const end = comma === -1 ? text.length : comma
  return text.slice(from, end).includes('"') ? undefined : end
}

/** Behind the closing quote, which a comma or the end must follow. */
function quotedEnd(text: string, from: number): number | undefined {
  let at = from + 1
  for (;;) {
    const quote = text.indexOf('"', at)
    if (quote === -1) return undefined
    const next = text.charAt(quote + 1)
    if (next === '' || next === ',') return quote + 1
    if (next !== '"') return undefined
    at = quote + 2
  }
}

function unquote(source: SourceString, from: number, to: number): SourceString {
  const start = offsetAt(source, from)
  const builder = sourceStringBuilder(start)
  for (let at = from + 1; at < to - 1;) {
    const quote = source.value.indexOf('"', at)
    const end = quote < to - 1 ? quote + 1 : to - 1
    builder.addSource(sliceSource(source, at, end))
    at = quote < to - 1 ? end + 1 : end
  }
  return builder.build({ start, end: offsetAt(source, to - 1) + 1 })
}
