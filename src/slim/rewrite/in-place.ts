import { insertLinesAfter, insertLinesBefore, replaceRange } from '../../dockerfile/edit.ts'
import type { DockerfileDocument } from '../../dockerfile/document.ts'
import type { EvaluatedStage } from '../../dockerfile/evaluated.ts'
import type { Instruction } from '../../dockerfile/instruction.ts'
import type { CopyPlan } from '../copy-plan.ts'
import type { RewriteInput } from '../rewrite-input.ts'
import { reasonedLines, type ReasonedEdit } from './append-parts.ts'
import { finalCopies } from './final-copies.ts'
import { finalSettings, type SettingsInput } from './final-settings.ts'
import { supportsLink } from './frontend-syntax.ts'
import { freeFolder, freeName } from './stage-names.ts'
import { needsTrimmedStage, trimmedStage } from './trimmed-stage.ts'
import type { WrittenPart } from './written-part.ts'

/**
 * Has a stage that only copies begin with nothing, and take from its base image what is used of it. Its own lines stay, but for a
 * command that loses its shell, and a user that gets a number.
 */
export function editInPlace(
  input: RewriteInput,
  target: EvaluatedStage,
  plan: CopyPlan,
  settings: SettingsInput,
): { readonly edits: readonly ReasonedEdit[]; readonly beforeStage: string } {
  const { document } = input.evaluated
  const { escape } = document
  const { from } = target.stage
  const stage = freeName('base', document)
  const names = {
    origin: stage,
    stage: freeName('trimmed', document, [stage]),
    folder: freeFolder('/slim', input.tree),
  }
  const platform = from.platform === undefined ? '' : `--platform=${from.platform.value} `
  const baseLine = `FROM ${platform}${document.text.slice(from.base.range.start, from.base.range.end)} AS ${stage}`
  const above: WrittenPart[] = [
    { title: 'name the base image', comment: 'What is used of the base image comes from here', lines: [baseLine] },
  ]
  if (needsTrimmedStage(plan)) {
    above.push(empty, ...trimmedStage(plan, names, { isRoot: false, hasOwnShell: false }, { escape }))
  }
  const copies = finalCopies(plan, names, { escape, hasLink: supportsLink(document) })
  const own = new Set(target.stage.instructions.map(({ kind }) => kind))
  const written = finalSettings(settings)
  const isOf = (part: WrittenPart, ...keywords: readonly string[]): boolean =>
    keywords.some((keyword) => part.lines.some((line) => line.startsWith(`${keyword} `)))
  const first = written.filter(
    (part) => isOf(part, 'ENV', 'LABEL', 'WORKDIR', 'STOPSIGNAL', 'EXPOSE', 'VOLUME') && !isSaid(part, own),
  )
  const edits: ReasonedEdit[] = [
    reasonedLines(above.concat(empty), (lines) => insertLinesBefore(document, from, lines, { aboveComments: true })),
    {
      edit: replaceRange(from.base.range, 'scratch'),
      reasons: [{ line: 0, title: 'begin with nothing', reason: 'what the app does not use stays behind' }],
    },
    reasonedLines([...copies, ...first], (lines) => insertLinesAfter(document, from, lines)),
    ...commandEdits(
      document,
      target,
      written.filter((part) => isOf(part, 'USER', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD') || part.lines.length === 0),
    ),
  ]
  return { edits, beforeStage: stage }
}

const empty: WrittenPart = { title: undefined, comment: undefined, lines: [''] }

/** Whether the stage says it itself. Variables and labels are sorted out before. */
function isSaid({ lines }: WrittenPart, own: ReadonlySet<string>): boolean {
  const [keyword = ''] = (lines[0] ?? '').split(' ')
  return ['WORKDIR', 'STOPSIGNAL'].includes(keyword) && own.has(keyword.toLowerCase())
}

/** Replaces what the stage says of user, health check and command where that is another, and adds what only the base image said. */
function commandEdits(
  document: DockerfileDocument,
  { stage }: EvaluatedStage,
  written: readonly WrittenPart[],
): readonly ReasonedEdit[] {
  const edits: ReasonedEdit[] = []
  const added: WrittenPart[] = []
  for (const part of written) {
    const health = stage.instructions.findLast(({ kind }) => kind === 'healthcheck')
    if (part.lines.length === 0 && health !== undefined) {
      const reasons = [{ line: 0, title: part.title ?? '', reason: part.comment ?? '' }]
      edits.push({ edit: replaceRange(health.range, `# ${part.comment ?? ''}`), reasons })
    }
    for (const line of part.lines) {
      const [keyword = ''] = line.split(' ')
      const said = stage.instructions.findLast(({ kind }) => kind === keyword.toLowerCase())
      if (said === undefined) added.push({ ...part, lines: [line] })
      else if (part.title === undefined || isSameText(document, said, line)) continue
      else {
        const reason = part.comment ?? ''
        const { keyword: written } = said
        const place = { start: written.range.start, end: said.range.end }
        edits.push({
          edit: replaceRange(place, line),
          reasons: [{ line: 0, title: part.title ?? `write ${keyword}`, reason }],
        })
      }
    }
  }
  const last = stage.instructions.at(-1)
  const end = last ?? stage.from
  return added.length === 0
    ? edits
    : [...edits, reasonedLines(added, (lines) => insertLinesAfter(document, end, lines))]
}

/** Spaces between the words of an array mean nothing. */
function isSameText({ text }: DockerfileDocument, { range }: Instruction, line: string): boolean {
  const plain = (written: string): string => written.replaceAll(/\s+/g, '').toLowerCase()
  return plain(text.slice(range.start, range.end)) === plain(line)
}
