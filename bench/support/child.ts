import { spawn } from 'node:child_process'
import type { Cost } from './contest.ts'

/** How a program is run. */
export interface ChildOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** With which statuses it may end, by default 0 alone. */
  readonly statuses?: readonly number[]
  /** After how long it is ended; by default never. */
  readonly limitMs?: number | undefined
}

/** The groups of processes that run now. */
const groups = new Set<number>()

/** Ends what runs now: for a benchmark that is itself ended. */
export function endChildren(): void {
  for (const group of groups) endGroup(group)
}

function endGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL')
  } catch {
    // It has ended by itself.
  }
}

/**
 * Runs a program to its end and measures it from outside: GNU time asks the kernel for the most memory that was resident
 * in one process, of the program and of those that it started, and for the processor time of all.
 *
 * @throws Error with what the program printed, when it fails or takes too long.
 */
export function runChild(
  program: string,
  args: readonly string[],
  { statuses = [0], limitMs, ...options }: ChildOptions = {},
): Promise<Cost> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now()
    const child = spawn('/usr/bin/time', ['--quiet', '--format', '\n%U %S %M', program, ...args], {
      ...options,
      // A group of its own, so that all of it can be ended.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const group = child.pid
    if (group !== undefined) groups.add(group)
    let isLate = false
    const timer = setTimeout(
      () => {
        isLate = true
        if (group !== undefined) endGroup(group)
      },
      limitMs ?? 2 ** 31 - 1,
    )
    let output = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-10_000)
    })
    child.on('error', reject)
    child.on('close', (status) => {
      const elapsedMs = performance.now() - startedMs
      clearTimeout(timer)
      if (group !== undefined) groups.delete(group)
      const [user = 0, system = 0, kibibytes = 0] = (output.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number)
      const processorMs = (user + system) * 1000
      if (statuses.includes(status ?? -1)) resolve({ elapsedMs, peakBytes: kibibytes * 1024, processorMs })
      else {
        const how = isLate ? `took more than ${Math.round((limitMs ?? 0) / 1000)} s` : `ended with status ${status}`
        reject(new Error(`${[program, ...args].join(' ')} ${how}:\n${output}`))
      }
    })
  })
}
