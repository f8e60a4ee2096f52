import { cpus, release, totalmem } from 'node:os'
import { formatSize } from '../std/format-size.ts'
import { plural } from '../std/plural.ts'
import { allowedProcessors } from '../std/processors.ts'
import type { Simulation } from './machine.ts'
import type { Measure } from './measure.ts'

/** The machine that a card was measured on. */
export interface HostMachine {
  /** The model, as its maker calls it; empty where the kernel does not tell. */
  readonly processor: string
  /** Those that wherry may use. */
  readonly processors: number
  readonly memoryBytes: number
  /** The release of Linux: `6.12.48`. */
  readonly kernel: string
}

/** What an earlier card says of the machine that its values are from. */
export interface EarlierMachine {
  /** Undefined for cards of versions that did not note it. */
  readonly host: HostMachine | undefined
  readonly machine: Simulation | undefined
}

/** This machine. */
export function hostMachine(): HostMachine {
  return {
    processor: cpus()[0]?.model.trim() ?? '',
    processors: allowedProcessors().length,
    memoryBytes: totalmem(),
    kernel: release(),
  }
}

/** A machine in words. */
function hostText({ processor, processors, memoryBytes, kernel }: HostMachine): string {
  const model = processor === '' ? '' : `${processor}, `
  return `${model}${plural(processors, 'processor')}, ${formatSize(memoryBytes)} of memory, Linux ${kernel}`
}

/** What a card says of who measured its times; undefined where it has none. */
export function timesHostText(measures: readonly Measure[], host: HostMachine | undefined): string | undefined {
  const hasTimes = measures.some(({ unit, after }) => unit === 'milliseconds' && after !== undefined)
  return host === undefined || !hasTimes ? undefined : `Measured on ${hostText(host)}.`
}

/** Machines of one kind do not all have the same to the last byte. */
const memoryShare = 0.05

/**
 * What is to be said where times of an earlier card are from another machine, or from one that nobody knows; undefined where they are from the
 * same, or nothing is compared that depends on it.
 */
export function otherMachineText(
  measures: readonly Measure[],
  here: EarlierMachine,
  earlier: EarlierMachine,
): string | undefined {
  if (!measures.some(isComparedTime)) return undefined
  const advice = 'its times say nothing about the image, sizes and numbers do'
  if (here.host === undefined || earlier.host === undefined) {
    return `The earlier card does not tell which machine it was measured on: where it was another, ${advice}.`
  }
  const differences = [...hostDifferences(earlier.host, here.host), ...imitationDifferences(earlier, here)]
  if (differences.length === 0) return undefined
  return `The earlier card was measured on another machine (${differences.join('; ')}): ${advice}.`
}

function isComparedTime({ unit, before, after }: Measure): boolean {
  return unit === 'milliseconds' && before !== undefined && after !== undefined
}

function hostDifferences(one: HostMachine, other: HostMachine): readonly string[] {
  const [were, are] = [one, other].map(({ processors }) => plural(processors, 'processor'))
  const memory = Math.abs(one.memoryBytes - other.memoryBytes) > memoryShare * other.memoryBytes
  return [
    ...(one.processor === other.processor
      ? []
      : [`${one.processor || 'unknown'}, here ${other.processor || 'unknown'}`]),
    ...(were === are ? [] : [`${were}, here ${are}`]),
    ...(memory ? [`${formatSize(one.memoryBytes)} of memory, here ${formatSize(other.memoryBytes)}`] : []),
    ...(one.kernel === other.kernel ? [] : [`Linux ${one.kernel}, here ${other.kernel}`]),
  ]
}

function imitationDifferences({ machine: one }: EarlierMachine, { machine: other }: EarlierMachine): readonly string[] {
  const words = (machine: Simulation | undefined): string =>
    machine === undefined ? 'itself' : [machine.asked, ...machine.missing.map((each) => `without ${each}`)].join(' ')
  return words(one) === words(other) ? [] : [`as ${words(one)}, here as ${words(other)}`]
}
