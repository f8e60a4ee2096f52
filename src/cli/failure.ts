import { OperationError } from '../std/errors.ts'
import { printableLines } from '../std/printable.ts'
import type { Style } from '../std/style.ts'
import { wrap } from '../std/text-width.ts'

/** How deep the causes of an error are told: a chain may be a circle. */
const causesMax = 10

/**
 * What is printed about an error that ended a job: its message and what to do, and with `debug` the chain of what caused
 * it. An error that nobody foresaw is printed with its stack, and a word on where to report it.
 *
 * @param columns of the terminal that it is printed on, at which what to do is broken.
 */
export function describeFailure(
  error: unknown,
  debug: boolean,
  style: Style,
  columns = Number.POSITIVE_INFINITY,
): string {
  if (!(error instanceof OperationError)) return describeUnexpected(error, style)
  const hint = error.hint === undefined ? '' : `${hintText(error.hint, style, columns)}\n`
  const causes = debug ? describeCauses(error, style) : ''
  return `${style.red('error:')} ${printableLines(error.message)}\n${hint}${causes}`
}

function hintText(text: string, style: Style, columns: number): string {
  const word = 'hint:'
  const lines = printableLines(`${word} ${text}`).split('\n')
  const broken = lines.map((line) => wrap(line, columns - 2).join('\n  ')).join('\n')
  return style.cyan(word) + broken.slice(word.length)
}

function describeCauses(error: Error, style: Style): string {
  const lines: string[] = []
  let current: unknown = error.cause
  for (let depth = 0; depth < causesMax && current !== undefined; depth += 1) {
    lines.push(`${style.dim('caused by:')} ${printableLines(stackOf(current))}\n`)
    current = current instanceof Error ? current.cause : undefined
  }
  return `${style.dim('at:')} ${printableLines(stackOf(error))}\n${lines.join('')}`
}

function describeUnexpected(error: unknown, style: Style): string {
  return (
    `${style.red('error:')} something went wrong that wherry did not foresee\n${printableLines(stackOf(error))}\n` +
    `${style.cyan('hint:')} This is a mistake in wherry. Please report it with the lines above.\n`
  )
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
