import { spreadOf, type Spread } from './statistics.ts'

/** What one run took. */
export interface Cost {
  readonly elapsedMs: number
  /** The most memory that was resident at once, where it was measured. */
  readonly peakBytes?: number
  /** How long processors worked for it, where that was measured: less than `elapsedMs` when it waits, more with several. */
  readonly processorMs?: number
}

/** One of the things that are compared. */
export interface Contender {
  readonly name: string
  /** Called before each run, not timed: makes what the run takes away. */
  prepare?(): Promise<void>
  run(): Promise<Cost>
}

/** All runs of one contender. */
export interface Result {
  readonly name: string
  readonly elapsedMs: Spread
  /** The largest of all runs. */
  readonly peakBytes: number | undefined
  /** The median of all runs. */
  readonly processorMs: number | undefined
}

/** A contender that could not do it. */
export interface Failure {
  readonly name: string
  readonly error: unknown
}

/**
 * Runs every contender once, uncounted, and then in turn for as many rounds as asked, so that what the machine does
 * meanwhile falls on all of them alike.
 *
 * @throws what a contender throws
 */
export async function contest(contenders: readonly Contender[], rounds: number): Promise<readonly Result[]> {
  const { results, failures } = await openContest(contenders, rounds)
  for (const { error } of failures) throw error
  return results
}

/** The same; who fails is out, and the others go on. */
export async function openContest(
  contenders: readonly Contender[],
  rounds: number,
): Promise<{ readonly results: readonly Result[]; readonly failures: readonly Failure[] }> {
  const costs = new Map<Contender, Cost[]>(contenders.map((contender) => [contender, []]))
  const failures: Failure[] = []
  for (let round = 0; round <= rounds; round += 1) {
    for (const [contender, list] of costs) {
      try {
        await contender.prepare?.()
        const cost = await contender.run()
        if (round > 0) list.push(cost)
      } catch (error) {
        failures.push({ name: contender.name, error })
        costs.delete(contender)
      }
    }
  }
  return { results: Array.from(costs, ([{ name }, list]) => resultOf(name, list)), failures }
}

function resultOf(name: string, costs: readonly Cost[]): Result {
  const peaks = costs.flatMap(({ peakBytes }) => peakBytes ?? [])
  const times = costs.flatMap(({ processorMs }) => processorMs ?? [])
  return {
    name,
    elapsedMs: spreadOf(costs.map(({ elapsedMs }) => elapsedMs)),
    peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    processorMs: times.length === 0 ? undefined : spreadOf(times).median,
  }
}

/** The cost of work inside of this process. */
export async function timed(work: () => Promise<unknown>): Promise<Cost> {
  const startedMs = performance.now()
  await work()
  return { elapsedMs: performance.now() - startedMs }
}
