import { padEnd, textWidth, truncate } from '../../std/text-width.ts'
import type { RunningStep, RunningTask } from './running-tasks.ts'
import type { Style } from '../../std/style.ts'

/** A task that is a step of a build. */
export type StepTask = RunningTask & { readonly step: RunningStep }

/** How many lines of a step's output are shown where there is room. */
const outputLinesMax = 6

/**
 * The lines of running steps: each with its title and running time, and under it the last that its program said, as far as there are
 * rows. The rows are shared among those that have said something.
 */
export function stepLines(
  steps: readonly StepTask[],
  columnsMax: number,
  rowsMax: number,
  nowMs: number,
  style: Style,
): readonly string[] {
  const shown = steps.slice(0, rowsMax)
  const talking = shown.filter(({ step }) => step.output.tail(1).length > 0).length
  const share = talking === 0 ? 0 : Math.min(outputLinesMax, Math.floor((rowsMax - shown.length) / talking))
  return shown.flatMap((task) => {
    const said = share === 0 ? [] : task.step.output.tail(share)
    return [titleLine(task, columnsMax, nowMs), ...said.map((line) => style.dim(truncate(`  ${line}`, columnsMax)))]
  })
}

/** The time stands at the right, where it does not move. */
function titleLine({ title, startedMs }: StepTask, columnsMax: number, nowMs: number): string {
  const time = `${((nowMs - startedMs) / 1000).toFixed(1)}s`
  const room = Math.min(columnsMax, titleColumnsMax) - textWidth(time) - 1
  return room < 8 ? truncate(title, columnsMax) : `${padEnd(truncate(title, room), room)} ${time}`
}

/** On a wide terminal, the time stays where one can see whose it is. */
const titleColumnsMax = 100
