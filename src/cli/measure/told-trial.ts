import type { Trial } from '../../compare/measure-times.ts'
import { errorMessage } from '../../std/errors.ts'

let tasks = 0

/** A trial that tells each of its runs as a task. */
export function toldTrial(title: string, trial: Trial): Trial {
  return async (job) => {
    tasks += 1
    const id = `measuring-${tasks}`
    job.emit({ type: 'task-started', id, title: `Measuring: ${title}`, totalBytes: undefined, kind: 'step' })
    try {
      const values = await trial(job)
      job.emit({ type: 'task-done', id, outcome: 'done' })
      return values
    } catch (error) {
      job.emit({ type: 'task-failed', id, message: errorMessage(error) })
      throw error
    }
  }
}
