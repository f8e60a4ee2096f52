import { spawn } from 'node:child_process'
import type { Cost } from './contest.ts'

/** How a program is run. */
export interface ChildOptions {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/**
 * Runs a program to its end and measures it from outside: GNU time asks the kernel for the most memory that was resident,
 * of the program and of each that it started.
 *
 * @throws Error with what the program printed, when it fails.
 */
export function runChild(program: string, args: readonly string[], options: ChildOptions = {}): Promise<Cost> {
  return new Promise((resolve, reject) => {
    const startedMs = performance.now()
    const child = spawn('/usr/bin/time', ['--quiet', '--format', '\n%M', program, ...args], {
      ...options,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let output = ''
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-10_000)
    })
    child.on('error', reject)
    child.on('close', (status) => {
      const elapsedMs = performance.now() - startedMs
      const peakKibibytes = Number(output.trimEnd().split('\n').at(-1))
      if (status === 0) resolve({ elapsedMs, peakBytes: peakKibibytes * 1024 })
      else reject(new Error(`${[program, ...args].join(' ')} ended with status ${status}:\n${output}`))
    })
  })
}
