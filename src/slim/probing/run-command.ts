import type { ChildProcess } from 'node:child_process'
import type { ExitResult } from '../../sandbox/process-spec.ts'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { OutputKeeper } from '../../std/said-output.ts'
import type { AppSession } from '../app-session.ts'
import type { ProbeAnswer } from '../probe.ts'
import { openLoopback } from './loopback.ts'

/** Where a command finds the app. */
export interface CommandTarget {
  /** The port that is asked first; undefined for an app that listens nowhere. */
  readonly port: number | undefined
  readonly ports: readonly number[]
  readonly speaksTls: (port: number) => boolean
}

/**
 * Runs a shell command of this machine that asks the app: it finds it at `WHERRY_URL`, `WHERRY_HOST` and `WHERRY_PORT`, and each of its
 * ports n at `WHERRY_PORT_n`.
 *
 * @param timeoutMs after that it is killed, with all that it started
 */
export async function runCommand(
  command: string,
  app: AppSession,
  target: CommandTarget,
  timeoutMs: number,
  job: Job,
): Promise<ProbeAnswer> {
  await using loopback = await openLoopback(app, target.ports, job)
  const startMs = performance.now()
  const timeout = AbortSignal.timeout(timeoutMs)
  const { spawn } = process.getBuiltinModule('node:child_process')
  const environment = { ...process.env, ...variablesFor(target, loopback.ports) }
  // A process group of its own, so that what it started ends with it.
  const child = spawn('/bin/sh', ['-c', command], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const output = new OutputKeeper()
  child.stdout.on('data', (chunk: Buffer) => output.add(chunk, 'stdout'))
  child.stderr.on('data', (chunk: Buffer) => output.add(chunk, 'stderr'))
  try {
    const result = await endOf(child, AbortSignal.any([job.signal, timeout]))
    const { stdout, stderr } = output.said()
    return { kind: 'process', result, stdout, stderr, elapsedMs: performance.now() - startMs }
  } catch (error) {
    job.signal.throwIfAborted()
    const reason = timeout.aborted ? `it did not end within ${Math.round(timeoutMs / 1000)} s` : errorMessage(error)
    return { kind: 'none', reason }
  } finally {
    killGroup(child.pid)
  }
}

async function endOf(child: ChildProcess, signal: AbortSignal): Promise<ExitResult> {
  return await new Promise<ExitResult>((resolve, reject) => {
    const stop = (): void => {
      killGroup(child.pid)
      reject(signal.reason)
    }
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    child.once('error', reject)
    // What it left behind may hold its output open: the end of the shell is what counts.
    child.once('exit', (status, killedBy) => {
      signal.removeEventListener('abort', stop)
      const result: ExitResult =
        killedBy === null ? { kind: 'exited', status: status ?? 1 } : { kind: 'signaled', signal: killedBy }
      killGroup(child.pid)
      child.once('close', () => resolve(result))
    })
  })
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch (error) {
    if (systemErrorCode(error) !== 'ESRCH') throw error
  }
}

function variablesFor(
  { port, speaksTls }: CommandTarget,
  ports: ReadonlyMap<number, number>,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = { WHERRY_HOST: '127.0.0.1' }
  for (const [inner, outer] of ports) variables[`WHERRY_PORT_${inner}`] = String(outer)
  const main = port === undefined ? undefined : ports.get(port)
  if (port === undefined || main === undefined) return variables
  const scheme = speaksTls(port) ? 'https' : 'http'
  return { ...variables, WHERRY_PORT: String(main), WHERRY_URL: `${scheme}://127.0.0.1:${main}` }
}
