import { availableParallelism } from 'node:os'
import type { Worker } from 'node:worker_threads'
import { threadsModule } from '../../std/node-modules.ts'
import type { Block, CompressedBlock } from './block.ts'

/** A block that waits, or is being compressed. */
interface Task {
  readonly block: Block
  readonly signal: AbortSignal
  resolve(compressed: CompressedBlock): void
  reject(error: unknown): void
}

/**
 * Worker threads that compress blocks. They start when there is work for them, and idle ones do not keep the process
 * alive. A worker that dies fails the block that it had, and is replaced.
 */
export class WorkerPool {
  readonly sizeMax: number
  readonly #idle: Worker[] = []
  readonly #busy = new Map<Worker, Task>()
  #queue: Task[] = []

  constructor(sizeMax: number) {
    this.sizeMax = sizeMax
  }

  /**
   * Compresses a block, whose buffer is away until it comes back with the result. A block that still waits when the signal is aborted is dropped.
   *
   * @throws the signal's reason, or what went wrong in the worker.
   */
  compress(block: Block, signal: AbortSignal): Promise<CompressedBlock> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ block, signal, resolve, reject })
      this.#dispatch()
    })
  }

  /** Ends all workers. Blocks that are not done fail. */
  async close(): Promise<void> {
    for (const task of this.#queue) task.reject(new Error('the compression pool was closed'))
    this.#queue = []
    const workers = [...this.#idle, ...this.#busy.keys()]
    await Promise.all(workers.map((worker) => worker.terminate()))
  }

  #dispatch(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? this.#start()
      if (worker === undefined) return
      const task = this.#nextTask()
      if (task === undefined) {
        this.#idle.push(worker)
        return
      }
      this.#busy.set(worker, task)
      worker.ref()
      worker.postMessage(task.block, [task.block.bytes.buffer])
    }
  }

  #nextTask(): Task | undefined {
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) {
      if (!task.signal.aborted) return task
      task.reject(task.signal.reason)
    }
    return undefined
  }

  #start(): Worker | undefined {
    if (this.#idle.length + this.#busy.size >= this.sizeMax) return undefined
    // Flags of the process, such as --input-type, are not for this file.
    const worker = new (threadsModule().Worker)(new URL('./compression-worker.ts', import.meta.url), { execArgv: [] })
    worker.unref()
    worker.on('message', (compressed: CompressedBlock) => {
      this.#release(worker)?.resolve(compressed)
      this.#idle.push(worker)
      worker.unref()
      this.#dispatch()
    })
    worker.on('error', (error) => {
      this.#release(worker)?.reject(error)
    })
    worker.on('exit', () => {
      this.#release(worker)?.reject(new Error('the compression worker has ended'))
      const at = this.#idle.indexOf(worker)
      if (at !== -1) this.#idle.splice(at, 1)
      this.#dispatch()
    })
    return worker
  }

  #release(worker: Worker): Task | undefined {
    const task = this.#busy.get(worker)
    this.#busy.delete(worker)
    return task
  }
}

/**
 * One thread has to read, hash and write what the others compress: more than this many would wait for it, and each costs
 * 9 MB.
 */
const workersMax = 16

let pool: WorkerPool | undefined

/** The pool that all streams of this process share. */
export function sharedWorkerPool(): WorkerPool {
  pool ??= new WorkerPool(Math.min(availableParallelism(), workersMax))
  return pool
}
