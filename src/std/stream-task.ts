import type { ByteStream } from './bytes.ts'
import { errorMessage } from './errors.ts'
import type { Job } from './job.ts'

/** The same bytes, reported as one task while they pass: what is written somewhere. @param id unique in the job */
export async function* writingTask(
  stream: ByteStream,
  id: string,
  title: string,
  job: Job,
): AsyncGenerator<Uint8Array> {
  job.emit({ type: 'task-started', id, title, totalBytes: undefined })
  let bytes = 0
  try {
    for await (const chunk of stream) {
      yield chunk
      bytes += chunk.length
      job.emit({ type: 'task-progress', id, bytes })
    }
  } catch (error) {
    job.emit({ type: 'task-failed', id, message: errorMessage(error) })
    throw error
  }
  job.emit({ type: 'task-done', id, outcome: 'written' })
}
