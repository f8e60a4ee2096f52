import { insertLinesAfter, replaceRange } from '../../dockerfile/edit.ts'
import type { DockerfileDocument, Stage } from '../../dockerfile/document.ts'
import type { EvaluatedInstruction } from '../../dockerfile/evaluated.ts'
import type { Instruction } from '../../dockerfile/instruction.ts'
import { truncate } from '../../std/text-width.ts'
import { reasonedLines, type ReasonedEdit } from './append-parts.ts'
import type { LastStage } from './last-stage.ts'
import type { LineFate } from './line-fate.ts'
import type { WrittenPart } from './written-part.ts'

/** Edits of the lines of a last stage that do not stay as they are. Comments stay. */
export function fateEdits(document: DockerfileDocument, { evaluated, cut, fates }: LastStage): readonly ReasonedEdit[] {
  return evaluated.instructions.slice(cut).flatMap((each) => {
    const fate = fates.get(each)
    return fate === undefined ? [] : fateEdit(document, each, fate)
  })
}

/** Of an instruction that is left out so much is told. */
const columnsMax = 80

function fateEdit(
  document: DockerfileDocument,
  { instruction }: EvaluatedInstruction,
  fate: LineFate,
): readonly ReasonedEdit[] {
  const { range, keyword, innerComments, flags } = instruction
  const name = keyword.value.toUpperCase()
  const place = { start: keyword.range.start, end: range.end }
  if (fate === 'left-out') {
    const reason = 'nothing of what it makes is used'
    const said = truncate(`${name} ${instruction.arguments.value.replaceAll(/\s+/g, ' ')}`, columnsMax)
    const comments = [...innerComments.map(({ text }) => `# ${text.value}`), `# Left out, since ${reason}: ${said}`]
    const reasons = [{ line: comments.length - 1, title: `leave out ${name}`, reason }]
    return [{ edit: replaceRange(place, comments.join(document.newline)), reasons }]
  }
  if ('chown' in fate) {
    const flag = flags.find(({ name }) => name.value === 'chown')
    if (flag === undefined) return []
    const reasons = [{ line: 0, title: 'write the owner as a number', reason: 'no file has to name it' }]
    return [{ edit: replaceRange(flag.range, `--chown=${fate.chown}`), reasons }]
  }
  const reasons = [{ line: 0, title: 'copy less', reason: 'nothing uses the rest' }]
  return [{ edit: replaceRange(place, fate.narrowed.join(document.newline)), reasons }]
}

/** Replaces what the stage says of user, health check and command where that is another, and adds what it does not say itself. */
export function commandEdits(
  document: DockerfileDocument,
  instructions: readonly Instruction[],
  { from }: Pick<Stage, 'from'>,
  written: readonly WrittenPart[],
): readonly ReasonedEdit[] {
  const edits: ReasonedEdit[] = []
  const added: WrittenPart[] = []
  for (const part of written) {
    const health = instructions.findLast(({ kind }) => kind === 'healthcheck')
    if (part.lines.length === 0 && health !== undefined) {
      const reasons = [{ line: 0, title: part.title ?? '', reason: part.comment ?? '' }]
      edits.push({ edit: replaceRange(health.range, `# ${part.comment ?? ''}`), reasons })
    }
    const unsaid: string[] = []
    for (const line of part.lines) {
      const [keyword = ''] = line.split(' ')
      const said = instructions.findLast(({ kind }) => kind === keyword.toLowerCase())
      if (said === undefined) unsaid.push(line)
      else if (part.title === undefined || isSameText(document, said, line)) continue
      else {
        const reason = part.comment ?? ''
        const place = { start: said.keyword.range.start, end: said.range.end }
        const reasons = [{ line: 0, title: part.title, reason }]
        const comments = reason === '' ? [] : [`# ${reason.replaceAll(/\s+/g, ' ')}`]
        edits.push({ edit: replaceRange(place, [...comments, line].join(document.newline)), reasons })
      }
    }
    if (unsaid.some((line) => !line.startsWith('#'))) added.push({ ...part, lines: unsaid })
  }
  const end = instructions.at(-1) ?? from
  return added.length === 0
    ? edits
    : [...edits, reasonedLines(added, (lines) => insertLinesAfter(document, end, lines))]
}

/** Spaces between the words of an array mean nothing. */
function isSameText({ text }: DockerfileDocument, { range }: Instruction, line: string): boolean {
  const plain = (written: string): string => written.replaceAll(/\s+/g, '').toLowerCase()
  return plain(text.slice(range.start, range.end)) === plain(line)
}
