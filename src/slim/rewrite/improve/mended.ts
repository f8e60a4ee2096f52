import type { TextEdit } from '../../../dockerfile/edit.ts'
import { findStageByName } from '../../../dockerfile/stages.ts'
import { mendDockerfile } from '../../../dockerfile/mend.ts'
import { parseDockerfile } from '../../../dockerfile/parse.ts'
import type { ImproveOptions } from '../../improve-options.ts'

/**
 * What the fixes of some rules change, as one edit. They are judged as if the target were a stage that builds, and not what is shipped: it
 * will be one.
 */
export function mendCode(text: string, codes: readonly string[], options: ImproveOptions): readonly TextEdit[] {
  const { document } = parseDockerfile(text)
  const target =
    options.target === undefined ? document.stages.at(-1) : findStageByName(document.stages, options.target)
  if (target === undefined) return []
  const { newline } = document
  const isDevelopment = codes.includes('DevelopmentDependencies')
  const suffix = isDevelopment
    ? ''
    : ['', '', 'FROM scratch', `COPY --from=${target.index} /app /app`, ''].join(newline)
  const shipped = isDevelopment ? options : { ...options, target: undefined }
  const mended = mendDockerfile(text + suffix, 'unsafe', shipped, ({ code }) => codes.includes(code))
  if (mended.mended.length === 0 || !mended.text.endsWith(suffix)) return []
  return [differenceOf(text, mended.text.slice(0, mended.text.length - suffix.length))]
}

/** What has to be replaced of a text so that it becomes another. */
function differenceOf(before: string, after: string): TextEdit {
  const lengthMax = Math.min(before.length, after.length)
  let start = 0
  while (start < lengthMax && before.charAt(start) === after.charAt(start)) start += 1
  let same = 0
  while (same < lengthMax - start && before.charAt(before.length - 1 - same) === after.charAt(after.length - 1 - same))
    same += 1
  return { range: { start, end: before.length - same }, newText: after.slice(start, after.length - same) }
}
