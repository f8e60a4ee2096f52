import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { DebianError, type DebianErrorCode } from '../errors.ts'

/** Failures that another mirror may not have. */
const mirrorsOwnFailures: ReadonlySet<DebianErrorCode> = new Set([
  'mirror-unreachable',
  'mirror-refused',
  'mirror-bad-answer',
  'not-in-archive',
  'bad-signature',
  'bad-release',
  'expired-release',
  'older-release',
  'hash-mismatch',
  'not-in-cache',
])

/** Tries mirrors in turn, and remembers which could not be reached. */
export interface MirrorOrder {
  /**
   * Does the work with the first mirror that can.
   *
   * @throws what the last mirror failed with, or the first that failed for more than not having what was asked for.
   */
  first<Result>(mirrors: readonly string[], job: Job, work: (mirror: string) => Promise<Result>): Promise<Result>
}

export function createMirrorOrder(): MirrorOrder {
  const down = new Set<string>()
  return {
    async first(mirrors, job, work) {
      const order = [...mirrors.filter((each) => !down.has(each)), ...mirrors.filter((each) => down.has(each))]
      const failures: DebianError[] = []
      for (const [index, mirror] of order.entries()) {
        try {
          return await work(mirror)
        } catch (error) {
          if (!(error instanceof DebianError) || !mirrorsOwnFailures.has(error.code)) throw error
          failures.push(error)
          if (error.code === 'mirror-unreachable') down.add(mirror)
          if (index + 1 < order.length && error.code !== 'not-in-cache') {
            const message = `${errorMessage(error)}; trying ${new URL(order[index + 1] ?? mirror).host}`
            job.emit({ type: 'notice', level: 'warning', message })
          }
        }
      }
      throw failures.find(({ code }) => code !== 'not-in-archive') ?? failures[0] ?? new Error('there is no mirror')
    },
  }
}
