import { printable } from '../../std/printable.ts'
import type { Probe, ProbeAnswer } from '../probe.ts'
import { exitText } from './app-failure.ts'
import { compareText } from './compare-text.ts'
import { allOf, nothingDifferent, type Comparison } from './comparison.ts'
import { steadyText } from './volatile-text.ts'

type ProcessAnswer = Extract<ProbeAnswer, { kind: 'process' }>

const lineCharactersMax = 160
const linesMax = 5

/**
 * Compares what processes said that ended in the same way. What a tool says is its work, and is compared word for word; of a health check
 * and of a command of this machine the exit status counts, and what they say only where it was always the same.
 */
export function compareProcess(
  kind: Probe['kind'],
  befores: readonly ProcessAnswer[],
  after: ProcessAnswer,
): Comparison {
  const compared = (['stdout', 'stderr'] as const).map((stream) => {
    const texts = befores.map((before) => Buffer.from(before[stream]).toString())
    const text = Buffer.from(after[stream]).toString()
    if (kind === 'exit') return compareText(stream, texts, text)
    const isSteady = new Set(texts.map(steadyText)).size === 1
    return isSteady && kind === 'health' ? compareText(stream, texts, text) : compareComplaints(stream, texts, text)
  })
  return allOf(compared)
}

/** Words for how a process ended, and what it said about that. */
export function endText({ result, stdout, stderr }: ProcessAnswer): string {
  if (result.kind === 'exited' && result.status === 0) return exitText(result)
  const said = Buffer.concat([stdout, stderr]).toString().trim().split('\n').at(-1) ?? ''
  return said === '' ? exitText(result) : `${exitText(result)}: ${printable(said.slice(0, lineCharactersMax))}`
}

const complaint =
  /\b(?:\w*error|\w*exception|traceback|fatal|panic|cannot (?:find|open|load)|can't (?:find|open|load)|not found|no such file|failed|permission denied|read-only file system|segmentation fault|ENOENT|EACCES|EROFS|EPERM)\b/i

/** Finds lines that look like trouble and that no run before had. Everything else that a server says is its own affair. */
export function compareComplaints(what: string, befores: readonly string[], after: string): Comparison {
  const known = new Set(befores.flatMap((text) => text.split('\n').map(lineShape)))
  const added = after.split('\n').filter((line) => complaint.test(line) && !known.has(lineShape(line)))
  if (added.length === 0) return nothingDifferent
  const differences = added.slice(0, linesMax).map((line) => {
    return { what, before: 'nothing of that kind', after: printable(line.trim().slice(0, lineCharactersMax)) }
  })
  return { differences, masks: [] }
}

/** A line without what is counted or drawn at random. */
function lineShape(line: string): string {
  return steadyText(line)
    .replaceAll(/\b[\da-f]{8,}\b/gi, '#')
    .replaceAll(/\d+/g, '#')
    .trim()
}
