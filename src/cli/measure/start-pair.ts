import type { NotMeasured, Trial, TrialPair } from '../../compare/measure-times.ts'
import type { MeasuredStart } from '../../slim/timed-runs.ts'
import type { Job } from '../../std/job.ts'
import type { SimulatedMachine } from './simulate-machine.ts'
import { toldTrial } from './told-trial.ts'

/** A start of an app that is measured, with its idle memory or without. */
export type StartRun = (job: Job, looksAtMemory: boolean) => Promise<MeasuredStart>

/** Each look at the memory of an app takes a second of leaving it alone, and they hardly differ. */
const memoryRunsMax = 2

/** The rows of two images' starts. @param words how they were started and asked, if not as usual */
export function startPair(
  before: StartRun | undefined,
  after: StartRun,
  machine: SimulatedMachine | undefined,
  words = '',
): TrialPair {
  return {
    rows: [
      {
        id: 'start.first-answer',
        name: 'start to first answer',
        unit: 'milliseconds',
        method: `from the start of the process until the first byte of the first answer; without pulling${words === '' ? '' : `; ${words}`}`,
      },
      {
        id: 'start.memory',
        name: 'memory when idle',
        unit: 'bytes',
        method:
          'a second after the last answer, the memory of all processes, shared pages counted once (Pss); twice at most',
      },
    ],
    before: before === undefined ? undefined : toldTrial('start, before', trialOf(before, machine)),
    after: toldTrial('start, after', trialOf(after, machine)),
  }
}

const endsByItself: NotMeasured = { why: 'it ends by itself' }
const unknown: NotMeasured = { why: 'the kernel does not tell' }

function trialOf(run: StartRun, machine: SimulatedMachine | undefined): Trial {
  let runs = 0
  return async (job) => {
    const looksAtMemory = runs < memoryRunsMax
    runs += 1
    const { firstAnswerMs, idleBytes, isLimited } = await run(job, looksAtMemory)
    if (isLimited !== undefined) machine?.noteLimit(isLimited)
    if (!looksAtMemory) return { 'start.first-answer': firstAnswerMs }
    const memory = idleBytes ?? (isLimited === undefined ? endsByItself : unknown)
    return { 'start.first-answer': firstAnswerMs, 'start.memory': memory }
  }
}
