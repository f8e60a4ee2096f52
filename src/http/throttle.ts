import { Worker } from 'node:worker_threads'
import { number, object, parse, string, union } from 'valibot'
import type { Job } from '../std/job.ts'
import type { Link } from './throttle/link.ts'

/** Ports of this machine's loopback that lead to other servers as if over a slower line. Disposing of it cuts all connections. */
export interface Throttle extends AsyncDisposable {
  /** The port that leads to a port of a host: always the same one. @throws what listening throws */
  portTo(host: string, port: number): Promise<number>
}

const answerSchema = union([object({ id: number(), port: number() }), object({ id: number(), failure: string() })])

/**
 * Opens a line that is as slow as told: a proxy for any TCP on the loopback, which passes everything on at its rate and after its delay.
 * It is a thread of its own, so that whoever is measured does not share its time, and runs on the processors given.
 *
 * What it holds is bounded: whoever sends faster than the line takes it has to wait. Neither losses nor TCP's slow start are imitated.
 */
export function openThrottle(link: Link, processors: readonly number[], job: Job): Throttle {
  job.signal.throwIfAborted()
  const waiting = new Map<number, PromiseWithResolvers<number>>()
  const known = new Map<string, Promise<number>>()
  let failure: unknown
  const thread = new Worker(new URL('./throttle-thread.ts', import.meta.url), {
    execArgv: [],
    workerData: { link, processors },
  })
  const fail = (error: unknown): void => {
    failure = error
    for (const each of waiting.values()) each.reject(error)
    waiting.clear()
  }
  const cancel = (): void => {
    fail(job.signal.reason)
    void thread.terminate()
  }
  job.signal.addEventListener('abort', cancel, { once: true })
  thread.on('error', fail)
  thread.on('message', (message: unknown) => {
    const answer = parse(answerSchema, message)
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('port' in answer) asked?.resolve(answer.port)
    else asked?.reject(new Error(answer.failure))
  })
  const ask = (host: string, port: number): Promise<number> => {
    if (failure !== undefined) return Promise.reject(failure)
    const asked = Promise.withResolvers<number>()
    const id = known.size
    waiting.set(id, asked)
    thread.postMessage({ id, host, port }, [])
    return asked.promise
  }
  return {
    portTo(host, port) {
      const key = `${port} ${host}`
      const found = known.get(key) ?? ask(host, port)
      known.set(key, found)
      return found
    },
    async [Symbol.asyncDispose]() {
      job.signal.removeEventListener('abort', cancel)
      await thread.terminate()
    },
  }
}
