import type { Job } from './job.ts'
import { withSignal } from './job.ts'

/**
 * Calls `work` for every item, at most `limit` at once, starting in order.
 *
 * The first failure cancels the others through the job that each was given, waits until all have ended, and is thrown.
 */
export async function forEachConcurrently<Item>(
  items: Iterable<Item>,
  limit: number,
  job: Job,
  work: (item: Item, job: Job) => Promise<void>,
): Promise<void> {
  const failed = new AbortController()
  const inner = withSignal(job, AbortSignal.any([job.signal, failed.signal]))
  const queue = items[Symbol.iterator]()
  let failure: { readonly error: unknown } | undefined
  const worker = async (): Promise<void> => {
    for (;;) {
      if (inner.signal.aborted) return
      const next = queue.next()
      if (next.done === true) return
      try {
        await work(next.value, inner)
      } catch (error) {
        failure ??= { error }
        failed.abort(error)
      }
    }
  }
  await Promise.all(Array.from({ length: limit }, worker))
  if (failure !== undefined) throw failure.error
  job.signal.throwIfAborted()
}
