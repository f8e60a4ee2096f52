import { CompareError } from './errors.ts'
import { countedRows } from './measure-images.ts'
import type { Measure } from './measure.ts'
import { valueText } from './wording/value-text.ts'

/** What a row may be at most. */
export interface BudgetLimit {
  /** As it was written: `size=20MB`. */
  readonly text: string
  /** A row's ID, or the part behind its dot. */
  readonly row: string
  readonly bound:
    | { readonly kind: 'at-most'; readonly value: number; readonly unit: Measure['unit'] | undefined }
    /** Relative to before: 0.1 for `+10%`. */
    | { readonly kind: 'growth'; readonly share: number }
    | { readonly kind: 'text'; readonly value: string }
    | { readonly kind: 'nonroot' }
}

/** A limit that an image does not keep. */
export interface BudgetBreak {
  readonly limit: string
  /** The row's name. */
  readonly name: string
  /** `34.1MB is more than 20MB`. */
  readonly reason: string
}

/** Rows that have a shorter name in a budget. */
const shortNames: Readonly<Record<string, string>> = {
  size: 'size.compressed',
  start: 'start.first-answer',
  build: 'build.cold',
  push: 'push.time',
  pull: 'pull.time',
}

/**
 * Reads a limit: `size=20MB`, `files=500`, `start=2s`, `user=nonroot`, or `start=+10%`, which is relative to the image before. What does not
 * fit a row that every card has is refused at once; of the others {@link budgetBreaks} knows.
 *
 * @throws CompareError `bad-budget`
 */
export function parseLimit(text: string): BudgetLimit {
  const { row, value } = /^(?<row>[a-z0-9.-]+)=(?<value>.+)$/.exec(text)?.groups ?? {}
  if (row === undefined || value === undefined) {
    return bad(text, 'it has no value', 'Write it as size=20MB, files=500, user=nonroot or start=+10%.')
  }
  const limit = { text, row: shortNames[row] ?? row, bound: parseBound(text, value) }
  const counted = rowOf(countedRows, limit)
  if (counted !== undefined) checkBound(counted, limit)
  return limit
}

const units: Readonly<Record<string, readonly [factor: number, unit: Measure['unit']]>> = {
  B: [1, 'bytes'],
  kB: [1e3, 'bytes'],
  MB: [1e6, 'bytes'],
  GB: [1e9, 'bytes'],
  KiB: [2 ** 10, 'bytes'],
  MiB: [2 ** 20, 'bytes'],
  GiB: [2 ** 30, 'bytes'],
  ms: [1, 'milliseconds'],
  s: [1000, 'milliseconds'],
}

function parseBound(text: string, value: string): BudgetLimit['bound'] {
  if (value === 'nonroot') return { kind: 'nonroot' }
  const growth = /^([+-]?)([0-9]+(?:\.[0-9]+)?)%$/.exec(value)
  if (growth !== null) return { kind: 'growth', share: (Number(growth[2]) / 100) * (growth[1] === '-' ? -1 : 1) }
  const [, amount, suffix = ''] = /^([0-9]+(?:\.[0-9]+)?) ?([A-Za-z]*)$/.exec(value) ?? []
  if (amount === undefined) return { kind: 'text', value }
  if (suffix === '') return { kind: 'at-most', value: Number(amount), unit: undefined }
  const unit = units[suffix]
  if (unit === undefined) return bad(text, `${suffix} is no unit`, `Units: ${Object.keys(units).join(', ')}.`)
  return { kind: 'at-most', value: Number(amount) * unit[0], unit: unit[1] }
}

/**
 * The limits that the image after does not keep. A row that could not be measured keeps none.
 *
 * @throws CompareError `bad-budget` for a row that there is not, or whose unit is another.
 */
export function budgetBreaks(measures: readonly Measure[], limits: readonly BudgetLimit[]): readonly BudgetBreak[] {
  return limits.flatMap((limit) => {
    const measure = findRow(measures, limit)
    const reason = breakOf(measure, limit)
    return reason === undefined ? [] : [{ limit: limit.text, name: measure.name, reason }]
  })
}

/** The row that a limit names, as far as a card has it. */
export function rowOf<Row extends Pick<Measure, 'id'>>(
  rows: readonly Row[],
  { row }: Pick<BudgetLimit, 'row'>,
): Row | undefined {
  return rows.find(({ id }) => id === row) ?? rows.find(({ id }) => id.endsWith(`.${row}`))
}

function findRow(measures: readonly Measure[], limit: BudgetLimit): Measure {
  const found = rowOf(measures, limit)
  if (found === undefined) {
    return bad(limit.text, `the card has no row ${limit.row}`, `Rows: ${measures.map(({ id }) => id).join(', ')}.`)
  }
  checkBound(found, limit)
  return found
}

const unitWords = { bytes: 'a size', milliseconds: 'a time', count: 'a number', text: 'a word' } as const
const unitExamples = { bytes: '20MB', milliseconds: '2s', count: '500', text: '1000' } as const

/** @throws CompareError `bad-budget` where a row cannot be what a limit says. */
function checkBound({ id, unit }: Pick<Measure, 'id' | 'unit'>, { text, bound }: BudgetLimit): void {
  const refuse = (given: string): never => {
    const examples = [unitExamples[unit], ...(unit === 'text' ? [] : ['+10%']), ...(id === userRow ? ['nonroot'] : [])]
    const [name] = text.split('=', 1)
    return bad(
      text,
      `${id} is ${unitWords[unit]}, and ${given} is none`,
      `Write it as ${examples.map((each) => `${name}=${each}`).join(' or ')}.`,
    )
  }
  switch (bound.kind) {
    case 'nonroot':
      return id === userRow ? undefined : refuse('nonroot')
    case 'text':
      return unit === 'text' ? undefined : refuse(bound.value)
    case 'growth':
      return unit === 'text' ? refuse('a share') : undefined
    case 'at-most': {
      // A user may be a number, too; and nobody says of a time without a unit whether it is seconds.
      const fits = bound.unit === undefined ? unit !== 'milliseconds' : bound.unit === unit
      return fits ? undefined : refuse(text.slice(text.indexOf('=') + 1))
    }
  }
}

const userRow = 'safety.user'

function breakOf({ before, after, unit }: Measure, { bound }: BudgetLimit): string | undefined {
  if (after === undefined) return 'it was not measured'
  const shown = valueText(after, unit)
  switch (bound.kind) {
    case 'nonroot':
      return isRoot(String(after.value)) ? `${shown} is root` : undefined
    case 'text':
      return after.value === bound.value ? undefined : `${shown} is not ${bound.value}`
    case 'at-most': {
      if (typeof after.value === 'string') return after.value === String(bound.value) ? undefined : `${shown} is not it`
      return after.value > bound.value ? `${shown} is more than ${limitText(bound.value, unit)}` : undefined
    }
    case 'growth': {
      if (before === undefined) return 'there is nothing to compare it with'
      const most = Number(before.value) * (1 + bound.share)
      return Number(after.value) > most ? `${shown} is more than ${limitText(most, unit)}` : undefined
    }
  }
}

function limitText(value: number, unit: Measure['unit']): string {
  return valueText({ value, runs: 1, spread: undefined }, unit)
}

function isRoot(user: string): boolean {
  return /^(?:root|0*)(?::|$)/.test(user)
}

function bad(text: string, why: string, hint?: string): never {
  throw new CompareError('bad-budget', `not a budget: ${text}: ${why}`, { hint })
}
