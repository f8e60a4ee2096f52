import { insertLinesAfter, insertLinesBefore, replaceRange } from '../../dockerfile/edit.ts'
import type { DockerfileDocument, Stage } from '../../dockerfile/document.ts'
import type { CopyPlan } from '../copy-plan.ts'
import type { RewriteInput } from '../rewrite-input.ts'
import { reasonedLines, type ReasonedEdit } from './append-parts.ts'
import { finalCopies } from './final-copies.ts'
import { finalSettings, type SettingsInput } from './final-settings.ts'
import { supportsLink } from './frontend-syntax.ts'
import type { LastStage } from './last-stage.ts'
import { commandEdits, fateEdits } from './line-edits.ts'
import { moveSettings } from './move-settings.ts'
import { freeFolder, freeName, nameStage } from './stage-names.ts'
import { isEmptyPlan, needsTrimmedStage, trimmedStage, type TrimmedNames } from './trimmed-stage.ts'
import type { WrittenPart } from './written-part.ts'

/**
 * Has the last lines of a last stage begin with nothing, and take from what was above them what is used of it. They stay as they are, but for
 * what nothing uses, a command that loses its shell, and a user that gets a number.
 */
export function editInPlace(
  input: RewriteInput,
  last: LastStage,
  plan: CopyPlan,
  settings: SettingsInput,
): readonly ReasonedEdit[] {
  const { document } = input.evaluated
  const { stage } = last.evaluated
  const below = stage.instructions.slice(last.cut)
  const said = new Set(below.map(({ kind }) => kind))
  const moved = moveSettings(
    input.evaluated,
    { index: stage.index, instructions: stage.instructions.slice(0, last.cut) },
    finalSettings(settings),
  )
  const beginning = beginningOf(input, last, plan)
  const copies = finalCopies(plan, beginning.names, { escape: document.escape, hasLink: supportsLink(document) })
  const atTop = moved.parts.filter(
    (part) => isOf(part, 'ENV', 'LABEL', 'WORKDIR', 'STOPSIGNAL', 'EXPOSE', 'VOLUME') && !isSaid(part, said),
  )
  const atEnd = moved.parts.filter(
    (part) => isOf(part, 'USER', 'HEALTHCHECK', 'ENTRYPOINT', 'CMD') || part.lines.length === 0,
  )
  return [
    ...beginning.edits([...copies, ...atTop]),
    ...moved.edits,
    ...fateEdits(document, last),
    ...commandEdits(document, below, stage, atEnd),
  ]
}

function isOf({ lines }: WrittenPart, ...keywords: readonly string[]): boolean {
  return keywords.some((keyword) => lines.some((line) => line.startsWith(`${keyword} `)))
}

/** Whether the stage says it itself. Variables and labels are sorted out before. */
function isSaid({ lines }: WrittenPart, said: ReadonlySet<string>): boolean {
  const keyword = (lines.find((line) => !line.startsWith('#')) ?? '').split(' ', 1)[0] ?? ''
  return ['WORKDIR', 'STOPSIGNAL'].includes(keyword) && said.has(keyword.toLowerCase())
}

/** How the final stage begins, and what the stage is called that it copies from. */
interface Beginning {
  readonly names: TrimmedNames
  /** @param parts what comes directly behind the FROM of the final stage */
  readonly edits: (parts: readonly WrittenPart[]) => readonly ReasonedEdit[]
}

const empty: WrittenPart = { title: undefined, comment: undefined, lines: [''] }
const nothing = { title: 'begin with nothing', reason: 'what the app does not use stays behind' }

function beginningOf(input: RewriteInput, last: LastStage, plan: CopyPlan): Beginning {
  const { evaluated, tree } = input
  const { document } = evaluated
  const { stage, base } = last.evaluated
  const namesOf = (origin: string): TrimmedNames => ({
    origin,
    ...{ stage: freeName('trimmed', document, [origin]), folder: freeFolder('/slim', tree) },
  })
  const prepared = (names: TrimmedNames): readonly WrittenPart[] =>
    needsTrimmedStage(plan)
      ? trimmedStage(
          plan,
          names,
          { isRoot: isRootThroughout(input, last), hasOwnShell: false },
          { escape: document.escape },
        )
      : []
  const baseName = freeName('base', document, namedImages(input))
  if (last.cut > 0) return cutInTwo(document, last, namesOf(baseName), prepared)
  const from = { edit: replaceRange(stage.from.base.range, 'scratch'), reasons: [{ line: 0, ...nothing }] }
  const behind = (parts: readonly WrittenPart[]): ReasonedEdit =>
    reasonedLines(parts, (lines) => insertLinesAfter(document, stage.from, lines))
  const above = (parts: readonly WrittenPart[]): readonly ReasonedEdit[] =>
    parts.length === 0
      ? []
      : [
          reasonedLines([...parts, empty], (lines) =>
            insertLinesBefore(document, stage.from, lines, { aboveComments: true }),
          ),
        ]
  if (isEmptyPlan(plan)) {
    const begun = base.kind === 'scratch' || input.base !== undefined ? [] : [from]
    return { names: namesOf(''), edits: (parts) => [...begun, behind(parts)] }
  }
  const origin = base.kind === 'stage' ? document.stages[base.index] : undefined
  if (origin !== undefined) {
    const named = nameStage(document, origin)
    const names = namesOf(named.name)
    return { names, edits: (parts) => [...named.edits, ...above(prepared(names)), from, behind(parts)] }
  }
  const names = namesOf(baseName)
  const line = `FROM ${platformOf(stage)}${textOf(document, stage)} AS ${names.origin}`
  const image: WrittenPart = {
    ...{ title: 'name the base image', comment: 'What is used of the base image comes from here', lines: [line] },
  }
  const stages = prepared(names)
  const parts = [image, ...(stages.length > 0 ? [empty, ...stages] : [])]
  return { names, edits: (copies) => [...above(parts), from, behind(copies)] }
}

/** The stage keeps its first lines, under another name where it has one; the others become the final stage. */
function cutInTwo(
  document: DockerfileDocument,
  { evaluated: { stage }, cut }: LastStage,
  names: TrimmedNames,
  prepared: (names: TrimmedNames) => readonly WrittenPart[],
): Beginning {
  const { from, name } = stage
  const { end } = from.base.range
  const renamed =
    from.name === undefined
      ? { range: { start: end, end }, newText: ` AS ${names.origin}` }
      : replaceRange(from.name.range, names.origin)
  const reasons = [{ line: 0, title: 'name the stage', reason: 'files are copied from it' }]
  const first = stage.instructions[cut]
  const own = name === undefined ? '' : ` AS ${name}`
  const stages = prepared(names)
  const begin: WrittenPart = {
    ...{ title: nothing.title, comment: 'What is shipped: only what the app uses' },
    lines: [`FROM ${platformOf(stage)}scratch${own}`],
  }
  const edits = (parts: readonly WrittenPart[]): readonly ReasonedEdit[] => {
    if (first === undefined) return [{ edit: renamed, reasons }]
    const written = [empty, ...stages, ...(stages.length > 0 ? [empty] : []), begin, ...parts]
    return [
      { edit: renamed, reasons },
      reasonedLines(written, (lines) => insertLinesBefore(document, first, lines, { aboveComments: true })),
    ]
  }
  return { names, edits }
}

/** Whether the image is root's, and the stage says nothing of that. */
function isRootThroughout(
  { config: { User = '' } }: RewriteInput,
  { evaluated: { instructions } }: LastStage,
): boolean {
  return /^(?:|0|root)(?:$|:)/.test(User) && instructions.every(({ kind }) => kind !== 'user')
}

/** A stage with the name of an image would be taken for it. */
function namedImages({ evaluated }: RewriteInput): readonly string[] {
  return evaluated.stages.flatMap(({ base, instructions }) => {
    const sources = instructions.flatMap((each) =>
      each.kind === 'copy' || each.kind === 'add'
        ? [each.fileSource]
        : each.kind === 'run'
          ? each.mounts.map(({ fileSource }) => fileSource)
          : [],
    )
    return [base, ...sources].flatMap((source) => (source?.kind === 'image' ? [source.reference] : []))
  })
}

function platformOf({ from: { platform } }: Stage): string {
  return platform === undefined ? '' : `--platform=${platform.value} `
}

function textOf({ text }: DockerfileDocument, { from }: Stage): string {
  return text.slice(from.base.range.start, from.base.range.end)
}
