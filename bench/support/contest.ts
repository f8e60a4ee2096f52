import { spreadOf, type Spread } from './statistics.ts'

/** What one run took. */
export interface Cost {
  readonly elapsedMs: number
  /** The most memory that was resident at once, where it was measured. */
  readonly peakBytes?: number
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
}

/**
 * Runs every contender once, uncounted, and then in turn for as many rounds as asked, so that what the machine does
 * meanwhile falls on all of them alike.
 */
export async function contest(contenders: readonly Contender[], rounds: number): Promise<readonly Result[]> {
  const costs = new Map<Contender, Cost[]>(contenders.map((contender) => [contender, []]))
  for (let round = 0; round <= rounds; round += 1) {
    for (const [contender, list] of costs) {
      await contender.prepare?.()
      const cost = await contender.run()
      if (round > 0) list.push(cost)
    }
  }
  return [...costs].map(([{ name }, list]) => {
    const peaks = list.flatMap(({ peakBytes }) => peakBytes ?? [])
    return {
      name,
      elapsedMs: spreadOf(list.map(({ elapsedMs }) => elapsedMs)),
      peakBytes: peaks.length === 0 ? undefined : Math.max(...peaks),
    }
  })
}

/** The cost of work inside of this process. */
export async function timed(work: () => Promise<unknown>): Promise<Cost> {
  const startedMs = performance.now()
  await work()
  return { elapsedMs: performance.now() - startedMs }
}
