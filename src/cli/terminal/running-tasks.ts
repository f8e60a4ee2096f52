import type { ProgressEvent } from '../../std/events.ts'
import { printable } from '../../std/printable.ts'
import { TransferSpeed } from './transfer-speed.ts'

/** A task between its beginning and its end. */
export interface RunningTask {
  readonly title: string
  readonly totalBytes: number | undefined
  readonly startedMs: number
  /** How many bytes have moved so far. */
  bytes: number
  readonly speed: TransferSpeed
}

/** What became of a task, for printing one line about it. */
export interface FinishedTask {
  readonly task: RunningTask
  readonly failed: boolean
  /** The outcome, or why it failed. */
  readonly text: string
  readonly elapsedMs: number
}

/** The tasks of a job that run now, kept up to date by its events. What is kept does not grow with tasks that ended. */
export class RunningTasks {
  readonly #tasks = new Map<string, RunningTask>()
  #doneCount = 0

  /** In the order in which they began. */
  get running(): readonly RunningTask[] {
    return [...this.#tasks.values()]
  }

  /** How many ended well. */
  get doneCount(): number {
    return this.#doneCount
  }

  get(id: string): RunningTask | undefined {
    return this.#tasks.get(id)
  }

  /** @returns the task, if this event ended one. */
  apply(event: ProgressEvent, nowMs: number): FinishedTask | undefined {
    switch (event.type) {
      case 'task-started': {
        const { id, title, totalBytes } = event
        const speed = new TransferSpeed(nowMs)
        this.#tasks.set(id, { title: printable(title), totalBytes, startedMs: nowMs, bytes: 0, speed })
        return undefined
      }
      case 'task-progress': {
        const task = this.#tasks.get(event.id)
        if (task === undefined) return undefined
        task.bytes = event.bytes
        task.speed.add(nowMs, event.bytes)
        return undefined
      }
      case 'task-done':
        this.#doneCount += 1
        return this.#finish(event.id, false, event.outcome, nowMs)
      case 'task-failed':
        return this.#finish(event.id, true, event.message, nowMs)
      case 'notice':
        return undefined
    }
  }

  #finish(id: string, failed: boolean, text: string, nowMs: number): FinishedTask | undefined {
    const task = this.#tasks.get(id)
    if (task === undefined) return undefined
    this.#tasks.delete(id)
    return { task, failed, text: printable(text), elapsedMs: nowMs - task.startedMs }
  }
}
