import { formatSize } from '../../std/format-size.ts'
import { formatSeconds } from '../../std/format-time.ts'
import type { RunningTask, RunningTasks } from './running-tasks.ts'
import { stepLines, type StepTask } from './step-frame.ts'
import type { Style } from '../../std/style.ts'
import { padEnd, padStart, textWidth, truncate } from '../../std/text-width.ts'

export interface FrameSize {
  readonly columns: number
  readonly rows: number
}

const barColumnsMax = 30
const barColumnsMin = 8
const gap = '  '

/** What is told about one task, in words. */
interface TaskText {
  readonly task: RunningTask
  readonly amount: string
  readonly speed: string
  readonly left: string
}

/** Which parts of a line there is room for, and how wide each is. */
interface Layout {
  readonly title: number
  readonly bar: number
  readonly amount: number
  readonly speed: number
  readonly left: number
}

/**
 * The lines that show what runs now: steps of a build with their output, then a line for each transfer, as many as fit, and a sum
 * under several. No line is as wide as the terminal, so that none breaks; there are fewer than it has rows.
 */
export function renderFrame(tasks: RunningTasks, size: FrameSize, nowMs: number, style: Style): readonly string[] {
  const { running } = tasks
  const columnsMax = Math.max(1, size.columns - 1)
  const rowsMax = Math.max(1, size.rows - 1)
  const steps = running.filter(isStep)
  const transfers = running.filter((task) => !isStep(task))
  const reserved = Math.min(transfers.length, Math.floor(rowsMax / 2))
  const stepRows = steps.length === 0 ? 0 : Math.max(1, rowsMax - reserved)
  const above = stepLines(steps, columnsMax, stepRows, nowMs, style)
  return [...above, ...transferLines(transfers, tasks, { columnsMax, rowsMax: rowsMax - above.length }, nowMs, style)]
}

function isStep(task: RunningTask): task is StepTask {
  return task.step !== undefined
}

function transferLines(
  transfers: readonly RunningTask[],
  tasks: RunningTasks,
  { columnsMax, rowsMax }: { readonly columnsMax: number; readonly rowsMax: number },
  nowMs: number,
  style: Style,
): readonly string[] {
  if (transfers.length === 0 || rowsMax < 1) return []
  const withSum = transfers.length > 1 && rowsMax > 2
  const shown = transfers.slice(0, withSum ? rowsMax - 1 : rowsMax)
  const texts = shown.map((task) => describe(task, nowMs))
  const layout = fit(texts, columnsMax)
  const lines = texts.map((text) => taskLine(text, layout, style))
  if (!withSum) return lines
  return [...lines, sumLine(transfers, transfers.length - shown.length, tasks.doneCount, columnsMax, nowMs, style)]
}

function describe(task: RunningTask, nowMs: number): TaskText {
  const { totalBytes, bytes } = task
  const perSecond = task.speed.bytesPerSecond(nowMs)
  const moves = perSecond !== undefined && perSecond > 0
  const leftMs = moves && totalBytes !== undefined ? ((totalBytes - bytes) * 1000) / perSecond : undefined
  const amount = totalBytes === undefined ? formatSize(bytes) : `${formatSize(bytes)} of ${formatSize(totalBytes)}`
  return {
    task,
    amount: bytes === 0 && totalBytes === undefined ? '' : amount,
    speed: moves ? `${formatSize(perSecond)}/s` : '',
    left: leftMs === undefined || leftMs < 0 ? '' : `${formatSeconds(Math.ceil(leftMs / 1000))} left`,
  }
}

/** Gives room to the title first, then to the amount, the speed, the time left, and the bar what remains. */
function fit(texts: readonly TaskText[], columnsMax: number): Layout {
  const widest = (part: (text: TaskText) => string): number =>
    texts.reduce((width, text) => Math.max(width, textWidth(part(text))), 0)
  const wanted = {
    amount: widest((text) => text.amount),
    speed: widest((text) => text.speed),
    left: widest((text) => text.left),
  }
  const title = Math.min(
    widest((text) => text.task.title),
    Math.max(12, Math.floor(columnsMax * 0.45)),
    columnsMax,
  )
  let room = columnsMax - title
  const take = (columns: number): number => {
    if (columns === 0 || room < columns + gap.length) return 0
    room -= columns + gap.length
    return columns
  }
  const amount = take(wanted.amount)
  const speed = take(wanted.speed)
  const left = take(wanted.left)
  const barRoom = Math.min(barColumnsMax, room - gap.length)
  return { title, amount, speed, left, bar: barRoom < barColumnsMin ? 0 : barRoom }
}

function taskLine(text: TaskText, layout: Layout, style: Style): string {
  const parts = [padEnd(truncate(text.task.title, layout.title), layout.title)]
  if (layout.bar > 0) parts.push(bar(text.task, layout.bar, style))
  if (layout.amount > 0) parts.push(padStart(text.amount, layout.amount))
  if (layout.speed > 0) parts.push(padStart(text.speed, layout.speed))
  if (layout.left > 0) parts.push(padStart(text.left, layout.left))
  return parts.join(gap).trimEnd()
}

function bar(task: RunningTask, columns: number, style: Style): string {
  if (task.totalBytes === undefined) return ' '.repeat(columns)
  const share = task.totalBytes === 0 ? 1 : Math.min(1, task.bytes / task.totalBytes)
  const filled = Math.floor(share * columns)
  return style.cyan('━'.repeat(filled)) + style.dim('─'.repeat(columns - filled))
}

function sumLine(
  transfers: readonly RunningTask[],
  hidden: number,
  doneCount: number,
  columnsMax: number,
  nowMs: number,
  style: Style,
): string {
  const speed = transfers.reduce((sum, task) => sum + (task.speed.bytesPerSecond(nowMs) ?? 0), 0)
  const parts = [
    `${transfers.length} running${hidden > 0 ? ` (${hidden} not shown)` : ''}`,
    `${doneCount} done`,
    ...(speed > 0 ? [`${formatSize(speed)}/s`] : []),
  ]
  return style.dim(truncate(parts.join(', '), columnsMax))
}
