import { OperationError } from '../std/errors.ts'
import { printableLines } from '../std/printable.ts'
import type { Style } from '../std/style.ts'

/** How deep the causes of an error are told: a chain may be a circle. */
const causesMax = 10

/**
 * What is printed about an error that ended a job: its message and what to do, and with `debug` the chain of what caused
 * it. An error that nobody foresaw is printed with its stack, and a word on where to report it.
 */
export function describeFailure(error: unknown, debug: boolean, style: Style): string {
  if (!(error instanceof OperationError)) return describeUnexpected(error, style)
  const hint = error.hint === undefined ? '' : `${style.cyan('hint:')} ${printableLines(error.hint)}\n`
  const causes = debug ? describeCauses(error, style) : ''
  return `${style.red('error:')} ${printableLines(error.message)}\n${hint}${causes}`
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
