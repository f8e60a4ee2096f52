import type { Machine, Simulation } from '../../compare/machine.ts'
import type { Route } from '../../http/connections.ts'
import { openThrottle } from '../../http/throttle.ts'
import { formatDuration } from '../../std/format-time.ts'
import type { Job } from '../../std/job.ts'
import { plural } from '../../std/plural.ts'
import { allowedProcessors, confineProcesses } from '../../std/processors.ts'

/** What is measured, which decides what of a machine matters. */
export interface MeasuredWork {
  readonly transfers: boolean
  readonly apps: boolean
}

/** This machine, doing as if it were another. Disposing of it makes it what it was. */
export interface SimulatedMachine extends AsyncDisposable {
  /** Where connections to the registry go. */
  readonly route: Route | undefined
  /** The limit of apps that are started. */
  readonly memoryBytes: number | undefined
  /** Notes whether an app that was started had its limit. */
  noteLimit(isLimited: boolean): void
  simulation(): Simulation
}

/**
 * Does as if this machine were another: processors by affinity, for this process and all that it starts; the network by a throttle on the
 * loopback; memory by a cgroup of the apps that are started. What cannot be done is said, and nothing fails.
 */
export function simulateMachine(machine: Machine, work: MeasuredWork, job: Job): SimulatedMachine {
  const simulated: string[] = []
  const missing: string[] = []
  using opened = new DisposableStack()
  const processors = allowedProcessors()
  const throttle = work.transfers ? throttleOf(machine, processors, job) : undefined
  if (machine.cpus !== undefined) {
    const words = plural(machine.cpus, 'processor')
    if (machine.cpus > processors.length) missing.push(`${words} (there are ${processors.length} here)`)
    else {
      confineProcesses(processors.slice(0, machine.cpus))
      opened.defer(() => confineProcesses(processors))
      simulated.push(`${words} of ${processors.length} (affinity)`)
    }
  }
  const line = lineText(machine)
  if (throttle !== undefined) simulated.push(`${line} to the registry (a proxy on the loopback)`)
  else if (line !== '') missing.push(`${line} (nothing is pushed or pulled)`)
  const { memoryBytes } = machine
  const limits: boolean[] = []
  const held = opened.move()
  return {
    route: throttle === undefined ? undefined : (host, port) => throttle.portTo(host, port),
    memoryBytes: work.apps ? memoryBytes : undefined,
    noteLimit: (isLimited) => limits.push(isLimited),
    simulation() {
      if (memoryBytes === undefined) return { asked: machine.text, simulated, missing }
      const words = `${formatMemory(memoryBytes)} of memory`
      const why = memoryReason(work.apps, limits)
      return why === undefined
        ? { asked: machine.text, simulated: [...simulated, `${words} for the app (a cgroup)`], missing }
        : { asked: machine.text, simulated, missing: [...missing, `${words} (${why})`] }
    },
    async [Symbol.asyncDispose]() {
      held.dispose()
      await throttle?.[Symbol.asyncDispose]()
    },
  }
}

function throttleOf(machine: Machine, processors: readonly number[], job: Job) {
  const { bitsPerSecond, latencyMs } = machine
  if (bitsPerSecond === undefined && latencyMs === undefined) return undefined
  const bytesPerSecond = bitsPerSecond === undefined ? undefined : bitsPerSecond / 8
  return openThrottle({ bytesPerSecond, latencyMs: latencyMs ?? 0 }, processors, job)
}

function lineText({ bitsPerSecond, latencyMs }: Machine): string {
  const rate = bitsPerSecond === undefined ? [] : [`${bitsPerSecond / 1e6} Mbit/s each way`]
  const latency = latencyMs === undefined ? [] : [`${formatLatency(latencyMs)} for a round trip`]
  return [...rate, ...latency].join(' and ')
}

function formatLatency(ms: number): string {
  return ms < 1000 ? `${ms} ms` : formatDuration(ms)
}

function formatMemory(bytes: number): string {
  return bytes >= 2 ** 30 ? `${bytes / 2 ** 30} GiB` : `${bytes / 2 ** 20} MiB`
}

function memoryReason(hasApps: boolean, limits: readonly boolean[]): string | undefined {
  if (!hasApps) return 'no app is started'
  if (limits.length === 0) return 'no app ran long enough to be looked at'
  return limits.every((each) => each) ? undefined : 'no cgroup can be made here'
}
