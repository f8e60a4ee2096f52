import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { SourceString } from '../../source-string.ts'
import type { Fix } from '../rule.ts'

/** Writes something else for a string. Undefined where the string stands in quotes, or in several lines. */
export function replaceText({ text }: DockerfileDocument, source: SourceString, newText: string): TextEdit | undefined {
  const { range, value } = source
  return text.slice(range.start, range.end) === value ? { range, newText } : undefined
}

/** A fix of these edits, to be spread into a finding. None where one of the edits cannot be made. */
export function fixOf(
  title: string,
  safety: 'safe' | 'unsafe',
  edits: readonly (TextEdit | undefined)[],
): { readonly fix?: Fix } {
  const made = edits.flatMap((edit) => edit ?? [])
  if (made.length === 0 || made.length < edits.length) return {}
  return { fix: { title, isSafe: safety === 'safe', edits: made } }
}
