import type { Flag } from '../instruction-parts.ts'
import type { SourceString } from '../source-string.ts'
import { offsetAt, sliceSource, withRange } from '../source-string.ts'
import { didYouMean, problem, quote, type ReadingContext } from './report.ts'

/** How often a flag may stand, and with what. */
type FlagType = 'switch' | 'text' | 'list'

/** The flags of an instruction by their names, without dashes. */
type FlagTypes = Readonly<Record<string, FlagType>>

const copyFlags: FlagTypes = { chmod: 'text', chown: 'text', exclude: 'list', link: 'switch' }

/** The flags of each instruction that has any (BuildKit's frontend/dockerfile/instructions). */
const flagsOfInstructions: Readonly<Record<string, FlagTypes>> = {
  ADD: { ...copyFlags, checksum: 'text', 'keep-git-dir': 'switch', unpack: 'switch' },
  COPY: { ...copyFlags, from: 'text', parents: 'switch' },
  FROM: { platform: 'text' },
  HEALTHCHECK: { interval: 'text', timeout: 'text', 'start-period': 'text', 'start-interval': 'text', retries: 'text' },
  RUN: { device: 'list', mount: 'list', network: 'text', security: 'text' },
}

/** Instructions whose flags BuildKit reads without looking at them. */
const ignoringInstructions: ReadonlySet<string> = new Set(['ARG', 'STOPSIGNAL'])

/** The flags of one instruction, after everything that is wrong with them was reported. */
export interface FlagValues {
  /** The value of a text flag. Undefined where it is missing or empty, which is the same to BuildKit. */
  text(name: string): SourceString | undefined
  /** The state of a switch. Undefined where it is not given. */
  isOn(name: string): boolean | undefined
  /** Each flag of a list, with its value. */
  list(name: string): readonly { readonly flag: Flag; readonly value: SourceString }[]
}

/** Takes the words that begin with two dashes apart. */
export function toFlags(words: readonly SourceString[]): readonly Flag[] {
  return words.map((word) => {
    const equals = word.value.indexOf('=')
    return {
      range: word.range,
      name: sliceSource(word, 2, equals === -1 ? word.value.length : Math.max(2, equals)),
      value: equals === -1 ? undefined : flagValue(word, equals),
    }
  })
}

/** What follows the equals sign, together with quotes that stand around it. */
function flagValue(word: SourceString, equals: number): SourceString {
  return withRange(sliceSource(word, equals + 1), { start: offsetAt(word, equals) + 1, end: word.range.end })
}

/** Checks the flags of an instruction, and gives their values. */
export function readFlags(instruction: string, flags: readonly Flag[], context: ReadingContext): FlagValues {
  const types = flagsOfInstructions[instruction] ?? {}
  const accepted = new Map<string, Flag[]>()
  for (const flag of flags) {
    if (ignoringInstructions.has(instruction)) {
      const message = `${instruction} has no flags: BuildKit ignores --${flag.name.value}`
      context.report(problem('ignored-flag', 'warning', flag.range, message, 'Remove it.'))
    } else if (isAcceptable(instruction, flag, types, accepted, context)) {
      const others = accepted.get(flag.name.value)
      if (others === undefined) accepted.set(flag.name.value, [flag])
      else others.push(flag)
    }
  }
  return {
    text(name) {
      const value = accepted.get(name)?.[0]?.value
      return value?.value === '' ? undefined : value
    },
    isOn(name) {
      const flag = accepted.get(name)?.[0]
      return flag === undefined ? undefined : flag.value?.value.toLowerCase() !== 'false'
    },
    list(name) {
      return (accepted.get(name) ?? []).flatMap((flag) =>
        flag.value === undefined ? [] : [{ flag, value: flag.value }],
      )
    },
  }
}

function isAcceptable(
  instruction: string,
  flag: Flag,
  types: FlagTypes,
  accepted: ReadonlyMap<string, readonly Flag[]>,
  { report }: ReadingContext,
): boolean {
  const name = flag.name.value
  const type = Object.hasOwn(types, name) ? types[name] : undefined
  const value = flag.value?.value
  if (type === undefined) {
    const names = Object.keys(types).map((known) => `--${known}`)
    const hint = didYouMean(`--${name}`, names) ?? flagsHint(instruction, names)
    report(problem('unknown-flag', 'error', flag.range, `${instruction} has no flag ${quote(`--${name}`)}`, hint))
    return false
  }
  if (type !== 'list' && accepted.has(name)) {
    report({
      ...problem('duplicate-flag', 'error', flag.range, `--${name} stands twice`),
      related: [{ message: 'the first one', range: accepted.get(name)?.[0]?.range ?? flag.range }],
    })
    return false
  }
  if (value === undefined ? type !== 'switch' : type === 'switch' && value === '') {
    const hint = type === 'switch' ? `Write --${name} or --${name}=false.` : `Write --${name}=VALUE.`
    report(problem('missing-flag-value', 'error', flag.range, `--${name} has no value`, hint))
    return false
  }
  if (type === 'switch' && value !== undefined && !['true', 'false'].includes(value.toLowerCase())) {
    const range = flag.value?.range ?? flag.range
    report(problem('bad-flag-value', 'error', range, `--${name} is true or false, not ${quote(value)}`))
    return false
  }
  return true
}

function flagsHint(instruction: string, names: readonly string[]): string {
  if (names.length > 0) return `It has ${names.join(', ')}.`
  if (instruction !== 'CMD' && instruction !== 'ENTRYPOINT') return `${instruction} has no flags.`
  return `Arguments that begin with -- need the exec form: ${instruction} ["--name"].`
}
