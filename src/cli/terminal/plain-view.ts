import type { ProgressEvent } from '../../std/events.ts'
import { formatSize } from '../../std/format-size.ts'
import { formatDuration } from '../../std/format-time.ts'
import { printableLines } from '../../std/printable.ts'
import type { ProgressView } from './progress-view.ts'
import { RunningTasks, type FinishedTask, type RunningStep, type RunningTask } from './running-tasks.ts'

/** How often a task that is still running is told about. */
const reportEveryMs = 5000

/**
 * One line for each beginning, end and notice, and one every few seconds for what takes long: for logs and pipes. Steps of a build
 * have numbers, times and their programs' output, as in BuildKit's plain progress.
 */
export class PlainView implements ProgressView {
  readonly #writeLine: (line: string) => void
  readonly #now: () => number
  readonly #tasks = new RunningTasks()
  readonly #reportedMs = new WeakMap<RunningTask, number>()
  /** The step that the last line was about. */
  #shown: RunningStep | undefined

  constructor(writeLine: (line: string) => void, now: () => number) {
    this.#writeLine = writeLine
    this.#now = now
  }

  emit(event: ProgressEvent): void {
    const nowMs = this.#now()
    const finished = this.#tasks.apply(event, nowMs)
    if (finished !== undefined) this.#tellEnd(finished, nowMs)
    if (event.type === 'notice') {
      this.#write(undefined, `${event.level === 'warning' ? 'warning: ' : ''}${printableLines(event.message)}`)
    }
    if (event.type === 'notice' || event.type === 'task-done' || event.type === 'task-failed') return
    const task = this.#tasks.get(event.id)
    if (task === undefined) return
    if (event.type === 'task-started') this.#tellBeginning(task)
    else if (event.type === 'task-output') {
      if (task.step !== undefined) this.#tellOutput(task, task.step.output.add(event.stream, event.text), nowMs)
    } else if (nowMs - (this.#reportedMs.get(task) ?? task.startedMs) >= reportEveryMs) {
      this.#reportedMs.set(task, nowMs)
      this.#write(task.step, progressLine(task, nowMs))
    }
  }

  clear(): void {}

  close(): void {}

  #tellBeginning(task: RunningTask): void {
    if (task.step === undefined) this.#write(undefined, startedLine(task))
    else {
      this.#shown = task.step
      this.#writeLine(`#${task.step.number} ${task.title}`)
    }
  }

  #tellOutput(task: RunningTask, lines: readonly string[], nowMs: number): void {
    if (lines.length === 0) return
    // Of steps that run side by side, the title tells anew whose output it is.
    if (this.#shown !== task.step && task.step !== undefined) this.#tellBeginning(task)
    const seconds = ((nowMs - task.startedMs) / 1000).toFixed(3)
    for (const line of lines) this.#write(task.step, `${seconds} ${line}`.trimEnd())
  }

  #tellEnd(finished: FinishedTask, nowMs: number): void {
    const { task } = finished
    if (task.step === undefined) return this.#write(undefined, finishedLine(finished))
    this.#tellOutput(task, task.step.output.end(), nowMs)
    this.#write(task.step, stepEnd(finished))
    this.#writeLine('')
  }

  #write(step: RunningStep | undefined, line: string): void {
    if (step !== undefined) this.#shown = step
    this.#writeLine(step === undefined ? line : `#${step.number} ${line}`)
  }
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

function stepEnd({ failed, isCanceled, text, elapsedMs }: FinishedTask): string {
  if (isCanceled) return 'CANCELED'
  if (failed) return `ERROR: ${text}`
  return text === 'cached' ? 'CACHED' : `DONE ${(elapsedMs / 1000).toFixed(1)}s`
}
