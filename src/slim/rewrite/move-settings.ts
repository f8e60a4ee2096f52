import { deleteInstruction, replaceRange } from '../../dockerfile/edit.ts'
import type { DockerfileDocument, Stage } from '../../dockerfile/document.ts'
import type { EvaluatedDockerfile } from '../../dockerfile/evaluated.ts'
import type { Instruction } from '../../dockerfile/instruction.ts'
import type { TextRange } from '../../dockerfile/text-range.ts'
import type { ReasonedEdit } from './append-parts.ts'
import type { WrittenPart } from './written-part.ts'

/** What a stage says for the container that is started, and for no file in it. */
const ofTheContainer: ReadonlySet<string> = new Set(['expose', 'stopsignal', 'healthcheck', 'entrypoint', 'cmd'])

/**
 * Takes out of a stage what the final stage says in its place: twice, and one of them without effect, is one too many. The comments above
 * go with it. A stage that another one begins with keeps all.
 *
 * @param stage with those of its instructions that may go.
 * @param parts of the final stage.
 */
export function moveSettings(
  { document, stages }: Pick<EvaluatedDockerfile, 'document' | 'stages'>,
  stage: Pick<Stage, 'index' | 'instructions'>,
  parts: readonly WrittenPart[],
): { readonly edits: readonly ReasonedEdit[]; readonly parts: readonly WrittenPart[] } {
  if (stages.some(({ base }) => base.kind === 'stage' && base.index === stage.index)) return { edits: [], parts }
  const said = new Set(parts.flatMap(({ lines }) => lines.map(keywordOf)))
  const moved = stage.instructions.filter(
    (each) => ofTheContainer.has(each.kind) && said.has(each.kind) && !hasInnerComment(document, each),
  )
  const comments = new Map<string, readonly string[]>()
  for (const each of moved) {
    comments.set(each.kind, [...(comments.get(each.kind) ?? []), ...commentsAbove(document, each)])
  }
  const ranges = joinRanges(moved.map((each) => rangeOf(document, each)))
  return {
    edits: ranges.map((range) => ({ edit: replaceRange(range, ''), reasons: [] })),
    parts: parts.map((part) => withComments(part, comments)),
  }
}

function keywordOf(line: string): string {
  return line.slice(0, line.indexOf(' ')).toLowerCase()
}

/** A comment between the lines of an instruction: there is no place for it elsewhere. */
function hasInnerComment({ text }: DockerfileDocument, { lines }: Instruction): boolean {
  return /\n[ \t]*#/.test(text.slice(lines.start, lines.end))
}

function commentsAbove(document: DockerfileDocument, instruction: Instruction): readonly string[] {
  const { range } = deleteInstruction(document, instruction, { withComments: true })
  const above = document.text.slice(range.start, instruction.lines.start)
  return above.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
}

/** With the empty line above, where there is one. */
function rangeOf(document: DockerfileDocument, instruction: Instruction): TextRange {
  const { range } = deleteInstruction(document, instruction, { withComments: true })
  const above = document.text.slice(0, range.start)
  const isLineStart = above === '' || above.endsWith('\n')
  const [emptyLine = ''] = (isLineStart ? /(?<=\n)\r?\n$/ : /\r?\n$/).exec(above) ?? []
  return { start: range.start - emptyLine.length, end: range.end }
}

/** Ranges in their order, of which some may overlap. */
function joinRanges(ranges: readonly TextRange[]): readonly TextRange[] {
  const joined: TextRange[] = []
  for (const range of ranges) {
    const last = joined.at(-1)
    if (last === undefined || range.start > last.end) joined.push(range)
    else joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, range.end) }
  }
  return joined
}

function withComments(part: WrittenPart, comments: ReadonlyMap<string, readonly string[]>): WrittenPart {
  const isMoved = part.lines.some((line) => comments.has(keywordOf(line)))
  if (!isMoved) return part
  const lines = part.lines.flatMap((line) => [...(comments.get(keywordOf(line)) ?? []), line])
  return { ...part, title: part.title ?? 'say it in the final stage', lines }
}
