import { nearest } from '../../std/nearest.ts'
import type { DockerfileProblem, ReportProblem, Severity } from '../diagnostic.ts'
import type { EscapeCharacter } from '../expand.ts'
import type { TextRange } from '../text-range.ts'

/** What the readers of instructions need to know beside the text. */
export interface ReadingContext {
  readonly escape: EscapeCharacter
  readonly report: ReportProblem
}

/** More than this of a user's text is not repeated in a message. */
const quotedLengthMax = 60

/** Nothing has a name that is longer, so nothing longer is compared with names. */
const nameLengthMax = 40

/** Puts a problem into a list in one line. */
export function problem(
  code: DockerfileProblem,
  severity: Severity,
  range: TextRange,
  message: string,
  hint?: string,
): Parameters<ReportProblem>[0] {
  return { code, severity, message, range, ...(hint === undefined ? {} : { hint }) }
}

/** A user's text in a message: in quotes, escaped where a terminal could take it for something else, and not too long. */
export function quote(text: string): string {
  return JSON.stringify(text.length > quotedLengthMax ? `${text.slice(0, quotedLengthMax)}…` : text)
}

/** `Did you mean X?`, or undefined when nothing is near. */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const found = text.length > nameLengthMax ? undefined : nearest(text, candidates)
  return found === undefined ? undefined : `Did you mean ${found}?`
}

/** A list for a sentence: `a, b or c`. */
export function alternatives(names: readonly string[]): string {
  const last = names.at(-1) ?? ''
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} or ${last}`
}
