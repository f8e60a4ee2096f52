import type { AskedProbe, ProbeAnswer } from '../probe.ts'
import { answerText, compareHttp } from './compare-http.ts'
import { compareProcess, endText } from './compare-process.ts'
import { nothingDifferent, type Comparison } from './comparison.ts'
import { exitText } from './app-failure.ts'

/** What an answer came to: a status, an exit status, or that there was none. */
export function outcomeOf(answer: ProbeAnswer): string {
  if (answer.kind === 'http') return `status ${answer.status}`
  return answer.kind === 'process' ? exitText(answer.result) : 'no answer'
}

/** Compares the answer to a probe with those of the runs before. */
export function compareAsked(befores: readonly AskedProbe[], after: AskedProbe | undefined): Comparison {
  const [first] = befores
  if (first === undefined) return nothingDifferent
  const answer: ProbeAnswer = after?.answer ?? { kind: 'none', reason: 'it was not asked' }
  const outcome = outcomeOf(answer)
  const alike = befores.map((before) => before.answer).filter((before) => outcomeOf(before) === outcome)
  if (alike.length === 0) return { differences: [outcomeDifference(first.answer, answer)], masks: [] }
  const isSteady = alike.length === befores.length
  const { differences, masks } = compareSame(first, alike, answer)
  return { differences, masks: isSteady ? masks : [...masks, 'status'] }
}

function compareSame(first: AskedProbe, befores: readonly ProbeAnswer[], after: ProbeAnswer): Comparison {
  // Which of several comes first is chance, and may show in what they say.
  if (first.round === 'together' || after.kind === 'none') return nothingDifferent
  if (after.kind === 'http') {
    return compareHttp(
      befores.filter((before) => before.kind === 'http'),
      after,
    )
  }
  const processes = befores.filter((before) => before.kind === 'process')
  return compareProcess(first.probe.kind, processes, after)
}

function outcomeDifference(before: ProbeAnswer, after: ProbeAnswer): Comparison['differences'][number] {
  const what = after.kind === 'none' ? 'no answer' : after.kind === 'http' ? 'status' : 'exit status'
  return { what, before: outcomeText(before), after: outcomeText(after) }
}

function outcomeText(answer: ProbeAnswer): string {
  if (answer.kind === 'http') return answerText(answer)
  return answer.kind === 'process' ? endText(answer) : answer.reason
}
