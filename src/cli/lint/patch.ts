import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import type { Style } from '../../std/style.ts'

/** What would change, as a patch that `patch -p0` takes. Empty where nothing would. */
export function patchText(name: string, before: string, after: string, style: Style): string {
  if (before === after) return ''
  const patch = createTwoFilesPatch(name, name, before, after, undefined, undefined, {
    headerOptions: FILE_HEADERS_ONLY,
  })
  return patch
    .split('\n')
    .map((line) => colour(line, style))
    .join('\n')
}

function colour(line: string, style: Style): string {
  if (/^(?:---|\+\+\+) /.test(line)) return style.bold(line)
  if (line.startsWith('+')) return style.green(line)
  if (line.startsWith('-')) return style.red(line)
  return line.startsWith('@@') ? style.cyan(line) : line
}
