import type { ProgressEvent } from '../../std/events.ts'
import { formatSize } from '../format/size.ts'
import { formatDuration } from '../format/time.ts'
import { printableLines } from '../../std/printable.ts'
import type { ProgressView } from './progress-view.ts'
import { RunningTasks, type FinishedTask, type RunningTask } from './running-tasks.ts'

/** How often a task that is still running is told about. */
const reportEveryMs = 5000

/** One line for each beginning, end and notice, and one every few seconds for what takes long: for logs and pipes. */
export class PlainView implements ProgressView {
  readonly #writeLine: (line: string) => void
  readonly #now: () => number
  readonly #tasks = new RunningTasks()
  readonly #reportedMs = new WeakMap<RunningTask, number>()

  constructor(writeLine: (line: string) => void, now: () => number) {
    this.#writeLine = writeLine
    this.#now = now
  }

  emit(event: ProgressEvent): void {
    const nowMs = this.#now()
    const finished = this.#tasks.apply(event, nowMs)
    if (finished !== undefined) this.#writeLine(finishedLine(finished))
    if (event.type === 'notice') {
      this.#writeLine(`${event.level === 'warning' ? 'warning: ' : ''}${printableLines(event.message)}`)
    }
    if (event.type !== 'task-started' && event.type !== 'task-progress') return
    const task = this.#tasks.get(event.id)
    if (task === undefined) return
    if (event.type === 'task-started') this.#writeLine(startedLine(task))
    else if (nowMs - (this.#reportedMs.get(task) ?? task.startedMs) >= reportEveryMs) {
      this.#reportedMs.set(task, nowMs)
      this.#writeLine(progressLine(task, nowMs))
    }
  }

  clear(): void {}

  close(): void {}
}

function startedLine(task: RunningTask): string {
  return task.totalBytes === undefined ? task.title : `${task.title} (${formatSize(task.totalBytes)})`
}

function progressLine(task: RunningTask, nowMs: number): string {
  const speed = task.speed.bytesPerSecond(nowMs)
  const of =
    task.totalBytes === undefined || task.totalBytes === 0
      ? ''
      : ` of ${formatSize(task.totalBytes)} (${Math.floor((task.bytes * 100) / task.totalBytes)}%)`
  return `${task.title}: ${formatSize(task.bytes)}${of}${speed === undefined ? '' : `, ${formatSize(speed)}/s`}`
}

function finishedLine({ task, failed, text, elapsedMs }: FinishedTask): string {
  if (failed) return `${task.title}: failed: ${text}`
  const moved = task.bytes > 0 ? `, ${formatSize(task.bytes)} in ${formatDuration(elapsedMs)}` : ''
  return `${task.title}: ${text}${moved}`
}
