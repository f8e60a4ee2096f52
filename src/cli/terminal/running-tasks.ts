import type { ProgressEvent } from '../../std/events.ts'
import { printable } from '../../std/printable.ts'
import { OutputLines } from './output-lines.ts'
import { TransferSpeed } from './transfer-speed.ts'

/** A task between its beginning and its end. */
export interface RunningTask {
  readonly title: string
  readonly totalBytes: number | undefined
  readonly startedMs: number
  /** How many bytes have moved so far. */
  bytes: number
  readonly speed: TransferSpeed
  /** Of a step of a build; undefined for a transfer. */
  readonly step: RunningStep | undefined
}

/** What a step has beside a transfer. */
export interface RunningStep {
  /** Steps are counted from 1, in the order in which they began. */
  readonly number: number
  readonly output: OutputLines
}

/** What became of a task, for printing one line about it. */
export interface FinishedTask {
  readonly task: RunningTask
  readonly failed: boolean
  /** The outcome, or why it failed. */
  readonly text: string
  readonly elapsedMs: number
  /** It was stopped: another one failed, or the user wanted it so. */
  readonly isCanceled: boolean
}

/** The message of `InterruptedError`. */
const interruption = /^interrupted by SIG[A-Z]+$/

/** The tasks of a job that run now, kept up to date by its events. What is kept does not grow with tasks that ended. */
export class RunningTasks {
  readonly #tasks = new Map<string, RunningTask>()
  #doneCount = 0
  #stepCount = 0
  #failure: string | undefined

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

  /** @returns the task, if this event ended one. Output of steps is for the caller to add. */
  apply(event: ProgressEvent, nowMs: number): FinishedTask | undefined {
    switch (event.type) {
      case 'task-started':
        this.#start(event, nowMs)
        return undefined
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
      case 'task-output':
      case 'notice':
        return undefined
    }
  }

  #start({ id, title, totalBytes, kind }: Extract<ProgressEvent, { type: 'task-started' }>, nowMs: number): void {
    const step = kind === 'step' ? { number: (this.#stepCount += 1), output: new OutputLines() } : undefined
    const speed = new TransferSpeed(nowMs)
    this.#tasks.set(id, { title: printable(title), totalBytes, startedMs: nowMs, bytes: 0, speed, step })
  }

  #finish(id: string, failed: boolean, text: string, nowMs: number): FinishedTask | undefined {
    const task = this.#tasks.get(id)
    if (task === undefined) return undefined
    this.#tasks.delete(id)
    // Whoever is stopped because of a failure fails with the same words, and all do when the user stops them.
    const isCanceled = failed && task.step !== undefined && (this.#failure === text || interruption.test(text))
    if (failed) this.#failure ??= text
    return { task, failed, text: printable(text), elapsedMs: nowMs - task.startedMs, isCanceled }
  }
}
