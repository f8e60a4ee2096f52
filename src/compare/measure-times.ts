import { OperationError } from '../std/errors.ts'
import type { Job } from '../std/job.ts'
import type { Measure, MeasuredValue } from './measure.ts'

/** A run of something, that gives the milliseconds that it took. What it has to prepare and to tidy up does not count. */
export type TimedRun = (job: Job) => Promise<number>

/** One thing that takes time, done with two images. */
export interface TimedPair extends Pick<Measure, 'id' | 'name' | 'method'> {
  /** Undefined where there is nothing to run on that side. */
  readonly before: TimedRun | undefined
  readonly after: TimedRun | undefined
  readonly note?: string | undefined
}

/**
 * Measures times, each as the median of `runs`. Runs are interleaved, one of each in every round, and each round turns the order of before and
 * after around: so what else the machine does meanwhile meets both alike.
 *
 * What fails is not measured further, and its row says why; only a cancelled job throws.
 */
export async function measureTimes(pairs: readonly TimedPair[], runs: number, job: Job): Promise<readonly Measure[]> {
  const series = pairs.map((pair) => ({ pair, before: startSeries(pair.before), after: startSeries(pair.after) }))
  for (let round = 0; round < runs; round += 1) {
    for (const { before, after } of series) {
      const order = round % 2 === 0 ? [before, after] : [after, before]
      for (const each of order) await runOnce(each, job)
    }
  }
  return series.map(({ pair: { id, name, method, note }, before, after }) => {
    const notes = [note, failureNote('before', before), failureNote('after', after)].filter(
      (each) => each !== undefined,
    )
    return {
      ...{ id, name, method, unit: 'milliseconds', better: 'lower' },
      ...{ before: medianOf(before.times), after: medianOf(after.times) },
      note: notes.length === 0 ? undefined : notes.join('; '),
    }
  })
}

/** The median of values with their spread; undefined for none. */
export function medianOf(values: readonly number[]): MeasuredValue | undefined {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  const [lowest, upper, highest] = [sorted[0], sorted[middle], sorted.at(-1)]
  if (lowest === undefined || upper === undefined || highest === undefined) return undefined
  const value = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
  return { value, runs: sorted.length, spread: sorted.length === 1 ? undefined : { lowest, highest } }
}

interface Series {
  readonly run: TimedRun | undefined
  readonly times: number[]
  failure: string | undefined
}

function startSeries(run: TimedRun | undefined): Series {
  return { run, times: [], failure: undefined }
}

async function runOnce(series: Series, job: Job): Promise<void> {
  job.signal.throwIfAborted()
  if (series.run === undefined || series.failure !== undefined) return
  try {
    series.times.push(await series.run(job))
  } catch (error) {
    job.signal.throwIfAborted()
    if (!(error instanceof OperationError)) throw error
    series.failure = error.message
    series.times.length = 0
  }
}

function failureNote(side: 'before' | 'after', { failure }: Series): string | undefined {
  return failure === undefined ? undefined : `${side}: not measured: ${failure}`
}
