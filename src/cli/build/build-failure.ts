import { DockerfileError, StepError } from '../../build/errors.ts'
import type { DockerfileDocument } from '../../dockerfile/document.ts'
import { createLineIndex, positionAt, type TextRange } from '../../dockerfile/text-range.ts'
import { OperationError } from '../../std/errors.ts'
import { nearest } from '../../std/nearest.ts'
import { plural } from '../../std/plural.ts'
import { printable } from '../../std/printable.ts'
import { sourceExcerpt } from '../../std/source-excerpt.ts'
import { truncate } from '../../std/text-width.ts'
import type { SourceFile } from '../../toolchain/source-file.ts'
import { shownLine } from '../terminal/output-lines.ts'
import { dockerfileError } from '../../toolchain/dockerfile-error.ts'
import { MissingImageError } from '../../toolchain/image-resolver.ts'
import { hintFromOutput } from './output-hint.ts'

/** How much of what a program said is told again. */
const outputLinesMax = 20

/** A Dockerfile, read, with what messages need beside it. */
export interface ReadDockerfile {
  readonly dockerfile: SourceFile
  readonly document: DockerfileDocument
  readonly contextNames: Iterable<string>
}

/** Does a part of a build; what fails is told with its place in the Dockerfile, and a step with the last that it said. */
export async function withPlaces<Result>(read: ReadDockerfile, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DockerfileError && error.diagnostics.length > 0) {
      throw dockerfileError(read.dockerfile, error.message, error.diagnostics)
    }
    if (error instanceof StepError) throw stepFailure(error, read.dockerfile)
    if (error instanceof MissingImageError) throw missingImage(error, read)
    throw error
  }
}

function stepFailure(error: StepError, dockerfile: SourceFile): OperationError {
  const { title, place, output, code, message, hint } = error
  const said = output.map(shownLine).filter((line) => line !== '')
  const parts = [
    headOf(title, message),
    ...(said.length === 0 ? [] : ['the last that it said:', ...said.slice(-outputLinesMax).map((line) => `  ${line}`)]),
    instructionText(dockerfile, place),
  ]
  return new OperationError(code, parts.join('\n'), { cause: error, hint: hintFromOutput(said) ?? hint })
}

const titleColumnsMax = 80

/** `[build 2/4] RUN npm ci ended with status 1`, `[build 2/4] COPY a b: /a is not in the build context`; a long command is cut. */
function headOf(title: string, message: string): string {
  const command = title.replace(/^\[[^\]]*\] /, '')
  const short = truncate(printable(title), titleColumnsMax)
  return message.startsWith(command) ? `${short}${message.slice(command.length)}` : `${short}: ${message}`
}

/** What is taken for an image may be a stage or a context with a slip in its name. */
function missingImage(error: MissingImageError, read: ReadDockerfile): OperationError {
  const { reference, code, message, hint } = error
  const { dockerfile, document, contextNames } = read
  const stageNames = document.stages.flatMap(({ name }) => name ?? [])
  const near = nearest(reference, [...stageNames, ...contextNames])
  const place = placeOf(reference, document)
  const text = place === undefined ? message : `${message}\n${placeText(dockerfile, place)}`
  const meant = near === undefined ? hint : `Did you mean ${near}?`
  return new OperationError(code, text, { cause: error, hint: meant })
}

/** Where an image is named, if that is without variables. */
function placeOf(reference: string, { instructions }: DockerfileDocument): TextRange | undefined {
  for (const each of instructions) {
    const name = each.kind === 'from' ? each.base : each.kind === 'copy' ? each.from : undefined
    if (name?.value === reference) return name.range
    const mount = each.kind === 'run' ? each.mounts.find(({ from }) => from === reference) : undefined
    if (mount !== undefined) return mount.flag.range
  }
  return undefined
}

function placeText({ name, text }: SourceFile, { start, end }: TextRange): string {
  const { line, column } = positionAt(createLineIndex(text), start)
  return `${printable(name)}:${line}:${column}:\n${sourceExcerpt(text, start, end, line)}`
}

/** How many lines of an instruction are shown. */
const instructionLinesMax = 8

/** All of an instruction, each line with its carets: which of its commands failed nobody knows. */
function instructionText({ name, text }: SourceFile, { start, end }: TextRange): string {
  const index = createLineIndex(text)
  const { line: first, column } = positionAt(index, start)
  const parts = text.slice(start, end).trimEnd().split('\n')
  const width = String(first + Math.min(parts.length, instructionLinesMax) - 1).length
  const shown: string[] = []
  let offset = start
  for (const [number, part] of parts.slice(0, instructionLinesMax).entries()) {
    const indent = part.length - part.trimStart().length
    const margin = ' '.repeat(width - String(first + number).length)
    const excerpt = sourceExcerpt(text, offset + indent, offset + part.trimEnd().length, first + number)
    shown.push(...excerpt.split('\n').map((line) => margin + line))
    offset += part.length + 1
  }
  const left = parts.length - instructionLinesMax
  if (left > 0) shown.push(`${' '.repeat(width)} | … and ${plural(left, 'more line')}`)
  return `${printable(name)}:${first}:${column}:\n${shown.join('\n')}`
}
