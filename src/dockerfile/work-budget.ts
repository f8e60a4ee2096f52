/**
 * How much more may be looked at before expanding variables gives up, in characters. One budget is shared by everything that is
 * expanded for one purpose.
 */
export interface WorkBudget {
  left: number
  /** Whether it was said already that nothing is left. */
  wasReported: boolean
}

const workMax = 50_000_000

/** Enough work for any file that somebody wrote, and an end for those that were made to take forever. */
export function createWorkBudget(): WorkBudget {
  return { left: workMax, wasReported: false }
}
