import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'

let tasks = 0

/** Does a piece of work and reports it as a task. @param outcomeOf what came of it, in a word or two */
export async function asTask<Result>(
  title: string,
  outcomeOf: (result: Result) => string,
  job: Job,
  work: () => Promise<Result>,
): Promise<Result> {
  tasks += 1
  const id = `task-${tasks}`
  job.emit({ type: 'task-started', id, title, totalBytes: undefined, kind: 'step' })
  try {
    const result = await work()
    job.emit({ type: 'task-done', id, outcome: outcomeOf(result) })
    return result
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: firstLine(errorMessage(error)) })
    throw error
  }
}

/** What a failure quotes is told with the error itself. */
function firstLine(message: string): string {
  const [line = ''] = message.split('\n')
  return line.replace(/\. It said:$/, '')
}
