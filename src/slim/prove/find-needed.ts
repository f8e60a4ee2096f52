import type { Job } from '../../std/job.ts'

/** Whether the app still does what it did when these paths are gone and all others are there. */
export type WorksWithout = (gone: readonly string[], job: Job) => Promise<boolean>

/**
 * Finds paths that the app cannot do without, by halves: every one that is found is needed when all before it are there. It takes about
 * two runs for each halving and each needed path.
 *
 * @param candidates what may be gone. With all of them there the app must work: the caller has tried.
 * @param runsMax after so many runs, what is not decided yet counts as needed: too much is kept then, never too little.
 */
export async function findNeeded(
  candidates: readonly string[],
  worksWithout: WorksWithout,
  runsMax: number,
  job: Job,
): Promise<readonly string[]> {
  let runs = 0
  const works = async (gone: readonly string[]): Promise<boolean> => {
    runs += 1
    return await worksWithout(gone, job)
  }
  const needed: string[] = []
  let undecided = candidates
  while (undecided.length > 0) {
    if (runs >= runsMax) return [...needed, ...undecided]
    if (await works(undecided)) return needed
    // The app works without the first `good`, and not without the first `bad`: what is between decides.
    let good = 0
    let bad = undecided.length
    while (bad - good > 1) {
      if (runs >= runsMax) break
      const middle = Math.floor((good + bad) / 2)
      if (await works(undecided.slice(0, middle))) good = middle
      else bad = middle
    }
    needed.push(...undecided.slice(good, bad))
    undecided = [...undecided.slice(0, good), ...undecided.slice(bad)]
  }
  return needed
}
