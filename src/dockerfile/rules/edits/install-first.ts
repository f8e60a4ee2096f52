import type { DockerfileDocument } from '../../document.ts'
import { commentsStart, insertLinesAfter, insertLinesBefore, type TextEdit } from '../../edit.ts'
import type { AddInstruction, CopyInstruction, RunInstruction } from '../../instruction.ts'
import type { ShellCommand } from '../../shell-command.ts'

/** A COPY of a project, and the RUN behind it that begins with installing what the project depends on. */
export interface LateInstall {
  readonly copy: CopyInstruction | AddInstruction
  readonly run: RunInstruction
  readonly commands: readonly ShellCommand[]
  /** What the installation needs, as COPY names it. */
  readonly files: readonly string[]
}

/** Has only those files copied that an installation needs, and everything else behind it. */
export function installFirst(document: DockerfileDocument, late: LateInstall): readonly TextEdit[] | undefined {
  const { copy, run, commands } = late
  const manifests = copyLine(document, late)
  const [source] = copy.sources
  if (manifests === undefined || source === undefined || run.command.form !== 'shell' || run.heredocs.length > 0) {
    return undefined
  }
  // Comments go with what they speak of.
  const linesStart = commentsStart(document, copy)
  const start = linesStart + (/^[ \t]*/.exec(document.text.slice(linesStart, copy.range.end))?.[0].length ?? 0)
  const whole = document.text.slice(start, copy.range.end)
  const first = { range: { start, end: copy.range.end }, newText: manifests }
  const [install, next] = commands
  if (install?.range.start !== run.command.text.range.start) return undefined
  if (next === undefined)
    return [first, insertLinesAfter(document, run, isBelowEmptyLine(document, run) ? ['', whole] : [whole])]
  const between = { start: install.range.end, end: next.range.start }
  const isJoined =
    next.operatorBefore === '&&' &&
    !next.isNested &&
    !next.isConditional &&
    /^(?:[ \t]|[\\`][ \t]*\r?\n)*&&(?:[ \t]|[\\`][ \t]*\r?\n)*$/.test(document.text.slice(between.start, between.end))
  if (!isJoined) return undefined
  const { newline, text } = document
  const indentation = /^[ \t]*/.exec(text.slice(run.lines.start, run.range.start))?.[0] ?? ''
  const begin = text.slice(run.range.start, run.command.text.range.start)
  const separator = `${newline}${indentation}`
  return [first, { range: between, newText: `${separator}${whole}${separator}${begin}` }]
}

/** Whether an empty line stands above an instruction and the comments that belong to it. */
function isBelowEmptyLine({ text }: DockerfileDocument, { lines, leadingComments }: RunInstruction): boolean {
  const start = leadingComments[0]?.lines.start ?? lines.start
  return /\n[ \t]*\r?\n$/.test(text.slice(Math.max(0, start - 40), start))
}

/** Fetches what a project depends on before all of it is copied. */
export function fetchFirst(
  document: DockerfileDocument,
  late: LateInstall,
  command: string,
): readonly TextEdit[] | undefined {
  const line = copyLine(document, late)
  if (line === undefined) return undefined
  const keyword = late.run.keyword.value
  return [insertLinesBefore(document, late.copy, [line, `${keyword} ${command}`], { aboveComments: true })]
}

/** The COPY with other sources. */
function copyLine({ text }: DockerfileDocument, { copy, files }: LateInstall): string | undefined {
  const [source] = copy.sources
  const { destination } = copy
  if (source === undefined || copy.sources.length > 1 || copy.heredocs.length > 0 || copy.excludes.length > 0)
    return undefined
  const written = text.slice(destination.range.start, destination.range.end)
  if (copy.arguments.value.startsWith('[') || /["'\s]/.test(written) || files.length === 0) return undefined
  const folder = written.endsWith('/') ? written : `${written}/`
  const begin = text.slice(copy.range.start, source.range.start)
  return /[\r\n]/.test(begin) ? undefined : `${begin}${files.join(' ')} ${folder}`
}
