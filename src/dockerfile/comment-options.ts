import { parseCheckOptions, type CheckOptions } from './check-options.ts'
import type { Comment } from './instruction-parts.ts'

/**
 * What the comments above an instruction ask of the checks of that instruction: the first of the form `check=skip=NAME` counts.
 * Undefined where there is none, or where it cannot be read.
 */
export function checkOptionsOf(comments: readonly Comment[]): CheckOptions | undefined {
  for (const { text, isIndented } of comments) {
    const value = isIndented ? undefined : /^check\s*=\s*(\S.*)$/is.exec(text.value)?.[1]
    if (value === undefined) continue
    const options = parseCheckOptions(value)
    return 'problem' in options ? undefined : options
  }
  return undefined
}
