import { budgetBreaks, parseLimit, rowOf, type BudgetBreak, type BudgetLimit } from '../compare/budget.ts'
import { CompareError } from '../compare/errors.ts'
import type { Measure } from '../compare/measure.ts'
import type { Job } from '../std/job.ts'
import { printable } from '../std/printable.ts'
import type { Style } from '../std/style.ts'
import { CliError, wrongUsage } from './errors.ts'
import { projectFileName, readProjectSettings } from './project-settings.ts'

/** For every command that prints a card. */
export const budgetOption = {
  budget: {
    kind: 'list',
    separator: ',',
    value: 'ROW=MOST',
    summary:
      'End with 1 if the image after is more: size=20MB,files=500,user=nonroot,size=+10%; none: whatever the project says',
  },
} as const

/** What an image may be at most. */
export interface Budget {
  /** The line says them: what of them is not on the card is a mistake. */
  readonly asked: readonly BudgetLimit[]
  /** The project's file says them, for every command. */
  readonly ofProject: readonly BudgetLimit[]
}

/**
 * Reads the limits of a line, and those of the project that a folder is part of. The line's take the place of the project's.
 *
 * @param words of `--budget`
 * @throws CompareError `bad-budget`; CliError `wrong-usage`, `bad-configuration`
 */
export async function readBudget(words: readonly string[], folder: string): Promise<Budget> {
  if (words.includes('none')) {
    if (words.length > 1) wrongUsage('--budget none goes with no other', 'Leave none out, or the others.')
    return { asked: [], ofProject: [] }
  }
  const asked = words.map(parseLimit)
  const { budget = {} } = await readProjectSettings(folder, undefined)
  const limits = Object.entries(budget).map(([row, most]) => parseProjectLimit(`${row}=${most}`))
  return { asked, ofProject: limits.filter(({ row }) => !asked.some((limit) => limit.row === row)) }
}

function parseProjectLimit(text: string): BudgetLimit {
  try {
    return parseLimit(text)
  } catch (error) {
    if (!(error instanceof CompareError)) throw error
    throw new CliError('bad-configuration', `${projectFileName}: ${error.message}`, { cause: error, hint: error.hint })
  }
}

/**
 * The limits that are not kept; undefined where there are none. A limit of the project for a row that this card does not have is told, and no more:
 * not every command measures everything.
 *
 * @throws CompareError `bad-budget`
 */
export function judgeBudget(
  { asked, ofProject }: Budget,
  measures: readonly Measure[],
  job: Job,
): readonly BudgetBreak[] | undefined {
  if (asked.length + ofProject.length === 0) return undefined
  const isOnCard = (limit: BudgetLimit): boolean => rowOf(measures, limit) !== undefined
  for (const { text } of ofProject.filter((limit) => !isOnCard(limit))) {
    const message = `${projectFileName}: budget: ${printable(text)} was not checked: this card has no such row`
    job.emit({ type: 'notice', level: 'warning', message })
  }
  return budgetBreaks(measures, [...asked, ...ofProject.filter(isOnCard)])
}

/** What came of a budget, for a terminal. */
export function budgetText(breaks: readonly BudgetBreak[], style: Style): string {
  if (breaks.length === 0) return `${style.green('The budget is kept.')}\n`
  const lines = breaks.map(({ limit, name, reason }) => `  ${printable(limit)}  ${printable(name)}: ${reason}\n`)
  return `${style.red('The budget is not kept:')}\n${lines.join('')}`
}
