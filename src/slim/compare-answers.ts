import { printable } from '../std/printable.ts'
import { SlimError } from './errors.ts'
import type { AnswerDifference, AskedProbe, ProbeRecord } from './probe.ts'
import { exitText } from './probing/app-failure.ts'
import { compareAsked, outcomeOf } from './probing/compare-asked.ts'
import { compareComplaints } from './probing/compare-process.ts'
import type { Comparison } from './probing/comparison.ts'

/**
 * Compares what an image answers with what another one did. What differs among the runs of the one before is masked, and so are times,
 * durations and amounts of memory; statuses, content types, names of values and what was the same each time must be the same again.
 *
 * @param before runs of the same image under the same plan: two or more, or nothing that is drawn at random is known as such
 * @returns none where it answers the same
 * @throws SlimError `unstable-answers` where no probe came to the same status in each run before
 */
export function compareAnswers(before: readonly ProbeRecord[], after: ProbeRecord): readonly AnswerDifference[] {
  assertStable(before)
  const asked = askedBefore(before).flatMap(({ title, round, answers }) => {
    const now = answerTo(after, title, round)
    // An image without shell may have lost its health check on purpose: then that was not asked.
    if (now === undefined && answers[0]?.probe.kind === 'health') return []
    const { differences } = compareAsked(answers, now)
    return differences.map((difference) => ({ title, ...difference }))
  })
  return [...uniqueDifferences(asked), ...compareRuns(before, after)]
}

/** One probe of a round, and what each run answered. */
export interface AskedBefore {
  readonly title: string
  readonly round: AskedProbe['round']
  readonly answers: readonly AskedProbe[]
}

/** What was asked in all runs of an image, in the order of the first. */
export function askedBefore([first, ...others]: readonly ProbeRecord[]): readonly AskedBefore[] {
  return (first?.asked ?? []).flatMap((asked) => {
    const { title, round } = asked
    const same = others.map((record) => answerTo(record, title, round)).filter((other) => other !== undefined)
    return same.length < others.length ? [] : [{ title, round, answers: [asked, ...same] }]
  })
}

function answerTo({ asked }: ProbeRecord, title: string, round: AskedProbe['round']): AskedProbe | undefined {
  return asked.find((each) => each.title === title && each.round === round)
}

function assertStable(before: readonly ProbeRecord[]): void {
  const probes = askedBefore(before).filter(({ round }) => round === 'first')
  const unstable = probes.filter(({ answers }) => new Set(answers.map(({ answer }) => outcomeOf(answer))).size > 1)
  if (unstable.length === 0 || unstable.length < probes.length) return
  const examples = unstable.slice(0, 5).map(({ title, answers }) => {
    const outcomes = answers.map(({ answer }) => outcomeOf(answer))
    return `${title}: ${outcomes.join(', then ')}`
  })
  throw new SlimError(
    'unstable-answers',
    `the app answers differently each time that it runs, so nothing can be compared:\n  ${examples.join('\n  ')}`,
    { hint: 'Ask what it always answers: --probe "GET /path", or --probe-exec COMMAND.' },
  )
}

/** What is not the answer to a probe: whether the app still runs, where it listens, what it complains about. */
function compareRuns(before: readonly ProbeRecord[], after: ProbeRecord): readonly AnswerDifference[] {
  const differences: AnswerDifference[] = []
  if (after.endedEarly !== undefined && before.every(({ endedEarly }) => endedEarly === undefined)) {
    const last = Buffer.concat([after.stdout, after.stderr]).toString().trim().split('\n').at(-1) ?? ''
    const said = last === '' ? '' : `: ${printable(last.slice(0, 160))}`
    differences.push({
      title: 'the app',
      what: 'end',
      before: 'it ran on',
      after: `${exitText(after.endedEarly)}${said}`,
    })
  }
  const [first, ...others] = before.map(({ ports }) => ports)
  const always = first?.filter((port) => others.every((ports) => ports.includes(port))) ?? []
  for (const port of always.filter((each) => !after.ports.includes(each))) {
    differences.push({ title: 'the app', what: 'port', before: `it listens on ${port}`, after: 'it does not' })
  }
  const isTool = after.asked.some(({ probe }) => probe.kind === 'exit')
  return isTool ? differences : [...differences, ...complaints(before, after)]
}

function complaints(before: readonly ProbeRecord[], after: ProbeRecord): readonly AnswerDifference[] {
  const text = (record: ProbeRecord, stream: 'stdout' | 'stderr'): string => Buffer.from(record[stream]).toString()
  const streams = ['stdout', 'stderr'] as const
  const compared = streams.map((stream): Comparison => {
    return compareComplaints(
      stream,
      before.map((record) => text(record, stream)),
      text(after, stream),
    )
  })
  return compared.flatMap(({ differences }) => differences.map((difference) => ({ title: 'the app', ...difference })))
}

/** What is different in the first round is mostly different in the others too. */
function uniqueDifferences(differences: readonly AnswerDifference[]): readonly AnswerDifference[] {
  return [...new Map(differences.map((each) => [JSON.stringify([each.title, each.what, each.after]), each])).values()]
}
