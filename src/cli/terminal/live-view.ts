import type { ProgressEvent } from '../../std/events.ts'
import { formatSize } from '../../std/format-size.ts'
import { formatDuration } from '../../std/format-time.ts'
import { renderFrame, type FrameSize } from './frame.ts'
import { printableLines } from '../../std/printable.ts'
import type { ProgressView } from './progress-view.ts'
import { RunningTasks, type FinishedTask } from './running-tasks.ts'
import type { Style } from '../../std/style.ts'
import { stripStyle, textWidth, truncate } from '../../std/text-width.ts'

/** The part of a terminal that bars are drawn on. */
export interface Canvas {
  readonly size: FrameSize
  write(text: string): void
}

const hideCursor = '\x1b[?25l'
const showCursor = '\x1b[?25h'
const eraseBelow = '\x1b[J'
const eraseLineEnd = '\x1b[K'

/**
 * Bars at the bottom of a terminal, drawn over and over in place, with what is finished scrolling away above them.
 *
 * It draws when {@link LiveView.tick} is called, and only then: events cost nothing but their bookkeeping.
 */
export class LiveView implements ProgressView {
  readonly #canvas: Canvas
  readonly #style: Style
  readonly #now: () => number
  readonly #tasks = new RunningTasks()
  /** Lines to print above the bars at the next tick. */
  #above: string[] = []
  /** What stands on the terminal now. */
  #drawn: readonly string[] = []
  #changed = false
  #cursorHidden = false

  constructor(canvas: Canvas, style: Style, now: () => number) {
    this.#canvas = canvas
    this.#style = style
    this.#now = now
  }

  emit(event: ProgressEvent): void {
    const finished = this.#tasks.apply(event, this.#now())
    if (finished !== undefined) this.#above.push(finishedLine(finished, this.#canvas.size.columns, this.#style))
    if (event.type === 'task-output') this.#tasks.get(event.id)?.step?.output.add(event.stream, event.text)
    if (event.type === 'notice') this.#above.push(noticeLine(event.level, event.message, this.#style))
    this.#changed = true
  }

  /** Draws what has changed. Speeds fall and times pass also without events, so running tasks count as a change. */
  tick(): void {
    if (!this.#changed && this.#tasks.running.length === 0) return
    this.#changed = false
    const frame = renderFrame(this.#tasks, this.#canvas.size, this.#now(), this.#style)
    const above = this.#above.map((line) => `${line}${eraseLineEnd}\n`).join('')
    const lines = frame.map((line) => `${line}${eraseLineEnd}\n`).join('')
    const cursor = frame.length > 0 && !this.#cursorHidden ? hideCursor : ''
    this.#cursorHidden ||= frame.length > 0
    this.#canvas.write(`${cursor}${this.#toStart()}${above}${lines}${eraseBelow}`)
    this.#above = []
    this.#drawn = frame
  }

  /** Tells what is finished and takes the bars away, so that something else can be printed. The next tick brings them back. */
  clear(): void {
    this.#leave('')
    this.#changed = true
  }

  /** Prints what is still to be told, takes the bars away and shows the cursor again. May be called twice. */
  close(): void {
    this.#leave(this.#cursorHidden ? showCursor : '')
    this.#cursorHidden = false
  }

  #leave(ending: string): void {
    const above = this.#above.map((line) => `${line}\n`).join('')
    const start = this.#drawn.length > 0 ? `${this.#toStart()}${eraseBelow}` : ''
    const text = `${start}${above}${ending}`
    if (text !== '') this.#canvas.write(text)
    this.#above = []
    this.#drawn = []
  }

  /** To the first drawn line: lines that were drawn on a wider terminal stand on several rows now. */
  #toStart(): string {
    const { columns } = this.#canvas.size
    const rowsOf = (line: string): number => Math.max(1, Math.ceil(textWidth(stripStyle(line)) / columns))
    const rows = this.#drawn.reduce((sum, line) => sum + rowsOf(line), 0)
    return rows === 0 ? '' : `\r\x1b[${rows}A`
  }
}

function finishedLine(finished: FinishedTask, columns: number, style: Style): string {
  const { task, failed, text, elapsedMs } = finished
  if (task.step !== undefined) return finishedStep(finished, columns, style)
  if (failed) return `${style.red('✗')} ${task.title}: ${text}`
  const moved = task.bytes > 0 ? ` ${formatSize(task.bytes)} in ${formatDuration(elapsedMs)}` : ''
  return `${style.green('✓')} ${task.title} ${style.dim(`${text}${moved}`)}`
}

/** In one row. Why a step failed is told at the end, with its output. */
function finishedStep(
  { task, failed, isCanceled, text, elapsedMs }: FinishedTask,
  columns: number,
  style: Style,
): string {
  const seconds = `${(elapsedMs / 1000).toFixed(1)}s`
  const how = isCanceled ? 'CANCELED' : failed ? 'ERROR' : text === 'cached' ? 'CACHED' : seconds
  const sign = isCanceled ? style.dim('-') : failed ? style.red('✗') : style.green('✓')
  return `${sign} ${truncate(task.title, Math.max(1, columns - textWidth(how) - 4))} ${style.dim(how)}`
}

function noticeLine(level: 'info' | 'warning', message: string, style: Style): string {
  const text = printableLines(message)
  return level === 'warning' ? `${style.yellow('warning:')} ${text}` : text
}
