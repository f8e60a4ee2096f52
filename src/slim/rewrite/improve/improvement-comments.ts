import { diffArrays } from 'diff'
import type { DockerfileDocument } from '../../../dockerfile/document.ts'
import { applyEdits, insertLinesBefore } from '../../../dockerfile/edit.ts'
import type { Instruction } from '../../../dockerfile/instruction.ts'
import { parseDockerfile } from '../../../dockerfile/parse.ts'

/** A Dockerfile after one improvement. */
export interface ImprovedText {
  readonly text: string
  /** What was done, to be written above it. */
  readonly comment: string
  /** Whether that is written above the first changed instruction alone. */
  readonly isSaidOnce: boolean
}

/** Writes above each instruction what was changed of it, in one line. Instructions that only moved have not changed. */
export function commentImprovements(before: string, improved: readonly ImprovedText[]): string {
  let last: Commented = { document: parseDockerfile(before).document, comments: new Map() }
  for (const each of improved) last = carryComments(last, each)
  const { document, comments } = last
  const edits = document.instructions.flatMap((instruction, index) => {
    const said = comments.get(index)?.join('; ')
    if (said === undefined) return []
    const line = `# ${said.charAt(0).toUpperCase()}${said.slice(1)}`
    // What tells a linter what to pass over stands directly above it.
    const aboveComments = instruction.leadingComments.some((each) => /^#\s*hadolint\b/i.test(textOf(document, each)))
    return insertLinesBefore(document, instruction, [line], { aboveComments })
  })
  return applyEdits(document.text, edits)
}

interface Commented {
  readonly document: DockerfileDocument
  /** By the place of the instruction among all. */
  readonly comments: ReadonlyMap<number, readonly string[]>
}

/** What was said of instructions is said of what became of them. */
function carryComments({ document, comments }: Commented, { text, comment, isSaidOnce }: ImprovedText): Commented {
  const next = parseDockerfile(text).document
  const before = document.instructions.map((each) => textOf(document, each))
  const after = next.instructions.map((each) => textOf(next, each))
  const carried = new Map<number, readonly string[]>()
  const changed: number[] = []
  const carry = (origin: number | undefined, to: number): void => {
    const said = origin === undefined ? undefined : comments.get(origin)
    if (said !== undefined) carried.set(to, said)
  }
  let [from, to] = [0, 0]
  let replaced: number[] = []
  for (const { value, added, removed } of diffArrays(before, after)) {
    for (const each of value) {
      if (removed) {
        // What is somewhere else now takes its comments there.
        if (!after.includes(each)) replaced.push(from)
      } else if (added) {
        const moved = before.indexOf(each)
        carry(moved === -1 ? replaced.shift() : moved, to)
        if (moved === -1) changed.push(to)
      } else carry(from, to)
      if (!added) from += 1
      if (!removed) to += 1
    }
    if (!removed) replaced = []
  }
  for (const index of isSaidOnce ? changed.slice(0, 1) : changed) {
    carried.set(index, [...(carried.get(index) ?? []), comment])
  }
  return { document: next, comments: carried }
}

function textOf({ text }: DockerfileDocument, { range }: Pick<Instruction, 'range'>): string {
  return text.slice(range.start, range.end)
}
