import { CompareError } from './errors.ts'

/** Another machine, as far as this one is to do as if it were that. What is undefined stays as it is here. */
export interface Machine {
  /** As it was asked for: `small`, `cpus=1,net=10mbit`. */
  readonly text: string
  /** Whole processors. */
  readonly cpus: number | undefined
  readonly memoryBytes: number | undefined
  /** Of the line to the registry, in each direction. */
  readonly bitsPerSecond: number | undefined
  /** Of a round trip to the registry. */
  readonly latencyMs: number | undefined
}

/** What a card says of the machine whose times it tells. */
export interface Simulation {
  readonly asked: string
  /** What was imitated, and how, each in a sentence without its end. */
  readonly simulated: readonly string[]
  /** What was asked for and could not be imitated, and why. */
  readonly missing: readonly string[]
}

/** A server in a data centre beside its registry, and a small virtual machine at some distance from it. */
const namedMachines: ReadonlyMap<string, string> = new Map([
  ['large', 'cpus=4,memory=8g,net=1gbit,latency=2ms'],
  ['small', 'cpus=1,memory=1g,net=100mbit,latency=20ms'],
])

const hint =
  'Write large, small, or any of cpus=1,memory=2g,net=100mbit,latency=20ms; behind a name, these take the place of its own.'

/** Reads `large`, `small`, `cpus=1,memory=2g,net=100mbit,latency=20ms`, or a name with what is different. @throws CompareError `bad-machine` */
export function parseMachine(text: string): Machine {
  const words = text
    .split(',')
    .flatMap((word, index) => (index === 0 ? (namedMachines.get(word) ?? word) : word).split(','))
  const settings = words.map((word) => parseSetting(text, word))
  return {
    text,
    cpus: settings.findLast(({ cpus }) => cpus !== undefined)?.cpus,
    memoryBytes: settings.findLast(({ memoryBytes }) => memoryBytes !== undefined)?.memoryBytes,
    bitsPerSecond: settings.findLast(({ bitsPerSecond }) => bitsPerSecond !== undefined)?.bitsPerSecond,
    latencyMs: settings.findLast(({ latencyMs }) => latencyMs !== undefined)?.latencyMs,
  }
}

function parseSetting(text: string, word: string): Partial<Machine> {
  const [, name = '', value = ''] = /^([a-z]+)=(.*)$/.exec(word) ?? []
  switch (name) {
    case 'cpus':
      return {
        cpus: positive(text, word, /^(\d{1,4})$/.exec(value)?.[1], 1, 'a whole number of processors, such as cpus=2'),
      }
    case 'memory':
      return {
        memoryBytes: scaled(text, word, value, /^([\d.]+)([kmg])i?b?$/i, bytesOf, 'such as memory=512m or memory=2g'),
      }
    case 'net':
      return {
        bitsPerSecond: scaled(text, word, value, /^([\d.]+)([kmg]?)bit$/i, bitsOf, 'such as net=100mbit or net=1gbit'),
      }
    case 'latency':
      return { latencyMs: scaled(text, word, value, /^([\d.]+)(ms|s)$/, millisecondsOf, 'such as latency=20ms') }
    default:
      return bad(text, word === '' ? 'something is missing' : `there is no ${JSON.stringify(word)}`)
  }
}

const bytesOf: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }
const bitsOf: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9 }
const millisecondsOf: Readonly<Record<string, number>> = { ms: 1, s: 1000 }

function scaled(
  text: string,
  word: string,
  value: string,
  pattern: RegExp,
  units: Readonly<Record<string, number>>,
  form: string,
): number {
  const [, amount, unit = ''] = pattern.exec(value) ?? []
  return positive(text, word, amount, units[unit.toLowerCase()] ?? 1, form)
}

function positive(text: string, word: string, amount: string | undefined, factor: number, form: string): number {
  const value = Number(amount) * factor
  return Number.isFinite(value) && value > 0 ? value : bad(text, `${word} is not ${form}`)
}

function bad(text: string, why: string): never {
  throw new CompareError('bad-machine', `not a machine: ${text}: ${why}`, { hint })
}

/** What a machine is like, in words: `1 processor, 1GiB of memory, …`. */
export function simulationText({ asked, simulated, missing }: Simulation): string {
  const done = simulated.length === 0 ? '' : ` ${simulated.join(', ')}.`
  const left = missing.length === 0 ? '' : ` Not imitated: ${missing.join('; ')}.`
  return `Machine ${asked}:${done}${left}`
}
