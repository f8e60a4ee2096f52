import { applyEdits, insertLinesBefore } from '../../dockerfile/edit.ts'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import type { SlimResult } from '../../slim/slim.ts'

/** The Dockerfile as it is written: one that is not proved says so above its first line. */
export function markedText({ dockerfile: { text }, differences, reason }: SlimResult): string {
  if (differences.length === 0) return text
  const { document } = parseDockerfile(text)
  const [first] = document.stages
  if (first === undefined) return text
  const mark = [
    `# NOT PROVED: ${reason.replaceAll(/\s+/g, ' ')}.`,
    '# The image of this file does not answer as it did before.',
  ]
  return applyEdits(text, [insertLinesBefore(document, first.from, mark, { aboveComments: true })])
}
