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
}

/** What a run did not give, and why not. */
export interface NotMeasured {
  readonly why: string
}

/** A run that gives several values at once, by the IDs of rows. Not every run has to give each. */
export type Trial = (job: Job) => Promise<Readonly<Record<string, number | NotMeasured>>>

/** A row of which each run gives a value. */
export interface TrialRow extends Pick<Measure, 'id' | 'name' | 'method'> {
  readonly unit: 'bytes' | 'milliseconds'
}

/** One thing that is done with two images, and gives these rows. */
export interface TrialPair {
  readonly rows: readonly TrialRow[]
  /** Undefined where there is nothing to run on that side; a reason is told. */
  readonly before: Trial | NotMeasured | undefined
  readonly after: Trial | NotMeasured | undefined
}

/** {@link measureTrials} of what gives one time each. */
export async function measureTimes(pairs: readonly TimedPair[], runs: number, job: Job): Promise<readonly Measure[]> {
  return await measureTrials(pairs.map(trialPair), runs, job)
}

/** What gives one time. */
export function trialPair({ id, name, method, before, after }: TimedPair): TrialPair {
  const trialOf = (run: TimedRun | undefined): Trial | undefined =>
    run === undefined ? undefined : async (inner) => ({ [id]: await run(inner) })
  return { rows: [{ id, name, method, unit: 'milliseconds' }], before: trialOf(before), after: trialOf(after) }
}

/**
 * Measures what runs give, each row as the median of `runs`. Runs are interleaved, one of each in every round, and each round turns the order
 * of before and after around: so what else the machine does meanwhile meets both alike.
 *
 * What fails is not measured further, and its rows say why; only a cancelled job throws.
 */
export async function measureTrials(pairs: readonly TrialPair[], runs: number, job: Job): Promise<readonly Measure[]> {
  const series = pairs.map(({ rows, before, after }) => ({
    rows,
    before: startSeries(before),
    after: startSeries(after),
  }))
  for (let round = 0; round < runs; round += 1) {
    for (const { before, after } of series) {
      const order = round % 2 === 0 ? [before, after] : [after, before]
      for (const each of order) await runOnce(each, job)
    }
  }
  return series.flatMap(({ rows, before, after }) => rows.map((row) => measureOf(row, before, after)))
}

function measureOf(row: TrialRow, before: Series, after: Series): Measure {
  const notes = [failureNote('before', before, row.id), failureNote('after', after, row.id)]
  const said = notes.filter((each) => each !== undefined)
  return {
    ...{ ...row, better: 'lower' },
    ...{ before: medianOf(before.values.get(row.id) ?? []), after: medianOf(after.values.get(row.id) ?? []) },
    note: said.length === 0 ? undefined : said.join('; '),
  }
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
  readonly run: Trial | undefined
  /** By row. */
  readonly values: Map<string, number[]>
  /** Why there are none, by row. */
  readonly reasons: Map<string, string>
  failure: string | undefined
}

function startSeries(run: Trial | NotMeasured | undefined): Series {
  const failure = typeof run === 'object' ? run.why : undefined
  return { run: typeof run === 'function' ? run : undefined, values: new Map(), reasons: new Map(), failure }
}

async function runOnce(series: Series, job: Job): Promise<void> {
  job.signal.throwIfAborted()
  if (series.run === undefined || series.failure !== undefined) return
  try {
    for (const [id, value] of Object.entries(await series.run(job))) {
      if (typeof value === 'object') series.reasons.set(id, value.why)
      else series.values.set(id, [...(series.values.get(id) ?? []), value])
    }
  } catch (error) {
    job.signal.throwIfAborted()
    if (!(error instanceof OperationError)) throw error
    series.failure = error.message
    series.values.clear()
  }
}

function failureNote(side: 'before' | 'after', { failure, reasons }: Series, id: string): string | undefined {
  const why = failure ?? reasons.get(id)
  return why === undefined ? undefined : `${side}: not measured: ${why}`
}
