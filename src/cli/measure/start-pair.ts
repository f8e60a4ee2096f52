import type { NotMeasured, Trial, TrialPair } from '../../compare/measure-times.ts'
import type { MeasuredStart } from '../../slim/timed-runs.ts'
import type { Job } from '../../std/job.ts'
import type { SimulatedMachine } from './simulate-machine.ts'
import { toldTrial } from './told-trial.ts'

type StartRun = (job: Job) => Promise<MeasuredStart>

/** The rows of two images' starts. */
export function startPair(
  before: StartRun | undefined,
  after: StartRun,
  machine: SimulatedMachine | undefined,
): TrialPair {
  return {
    rows: [
      {
        id: 'start.first-answer',
        name: 'start to first answer',
        unit: 'milliseconds',
        method: 'from the start of the process until the first byte of the first answer; without pulling',
      },
      {
        id: 'start.memory',
        name: 'memory when idle',
        unit: 'bytes',
        method: 'a second after the last answer, the memory of all processes, shared pages counted once (Pss)',
      },
    ],
    before: before === undefined ? undefined : toldTrial('start, before', trialOf(before, machine)),
    after: toldTrial('start, after', trialOf(after, machine)),
  }
}

const endsByItself: NotMeasured = { why: 'it ends by itself' }
const unknown: NotMeasured = { why: 'the kernel does not tell' }

function trialOf(run: StartRun, machine: SimulatedMachine | undefined): Trial {
  return async (job) => {
    const { firstAnswerMs, idleBytes, isLimited } = await run(job)
    if (isLimited !== undefined) machine?.noteLimit(isLimited)
    const memory = idleBytes ?? (isLimited === undefined ? endsByItself : unknown)
    return { 'start.first-answer': firstAnswerMs, 'start.memory': memory }
  }
}
