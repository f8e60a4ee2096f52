import { parseMachine, type Machine } from '../../compare/machine.ts'
import type { OptionValues } from '../command-spec.ts'
import { wrongUsage } from '../errors.ts'
import { parseRegistryHost } from '../registry-host.ts'
import type { measureOptions } from './options.ts'

/** A registry to measure with. */
export interface MeasuredRegistry {
  /** As in references. */
  readonly registry: string
  /** What repositories are named below; empty, or with a slash at its end. */
  readonly prefix: string
}

/** What a line says of measuring. */
export interface MeasureRequest {
  readonly registry: MeasuredRegistry | undefined
  readonly machine: Machine | undefined
  readonly runs: number
}

const usualRuns = 5
const runsMax = 1000

/** Reads it. @throws CliError `wrong-usage`; ImageError `bad-name`; CompareError `bad-machine` */
export function readMeasureRequest(options: OptionValues<typeof measureOptions>): MeasureRequest {
  return {
    registry: options.registry === undefined ? undefined : readRegistry(options.registry),
    machine: options.machine === undefined ? undefined : parseMachine(options.machine),
    runs: options.runs === undefined ? usualRuns : readRuns(options.runs),
  }
}

function readRegistry(text: string): MeasuredRegistry {
  const registry = parseRegistryHost(text)
  const [, ...path] = text.replace(/^https?:\/\//, '').split('/')
  const prefix = path.filter((part) => part !== '').join('/')
  if (!/^(?:[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:\/|$))*$/.test(prefix)) {
    return wrongUsage(
      `--registry ${text}: ${JSON.stringify(prefix)} cannot be part of the name of a repository`,
      'Write a host, and perhaps a path of lower-case letters and digits: registry.example.com/team.',
    )
  }
  return { registry, prefix: prefix === '' ? '' : `${prefix}/` }
}

function readRuns(text: string): number {
  const runs = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (runs < 1 || runs > runsMax) return wrongUsage(`--runs ${text}: it is no number from 1 to ${runsMax}`)
  return runs
}
