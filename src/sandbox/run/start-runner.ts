import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '../../std/job.ts'
import { SandboxError } from '../errors.ts'
import type { ExitResult, ProcessSpec, ProcessStreams } from '../process-spec.ts'
import { openOutputGate } from '../streams/output-gate.ts'
import { openPipes } from '../streams/pipes.ts'
import type { ProcessEnds } from '../streams/process-ends.ts'
import { resizeInnerTerminal } from '../streams/inner-terminal.ts'
import { openTerminalEnds } from '../streams/terminal.ts'

/** A program that runs a process, and stays until that has ended. */
export interface RunnerCall {
  /** As messages call it. */
  readonly name: string
  readonly command: readonly string[]
  readonly files: RunnerFiles
  readonly spec: ProcessSpec
  /** Whether it is to be made the first of a session; otherwise it does that itself. */
  readonly hasOwnSession: boolean
  readonly streams: ProcessStreams
}

/** What a runner says beside what the process says. */
export interface RunnerFiles {
  /** Holds the process' number from the moment on from which it is there; empty or absent until then. */
  readonly pid: string
  /** Lines of JSON with a `msg`: why there is no process. */
  readonly log: string
}

/** A process that a runner holds. */
export interface StartedRunner {
  readonly ended: Promise<ExitResult>
  pid(): number | undefined
  kill(signal: NodeJS.Signals): void
  resize(columns: number, rows: number): void
}

/** The files of a run in its directory. */
export function runnerFiles(scratch: string): RunnerFiles {
  return { pid: join(scratch, 'pid'), log: join(scratch, 'log') }
}

/** Starts it. Aborting the job ends the process and all that it has started. */
export function startRunner(call: RunnerCall, job: Job): StartedRunner {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const { files, command } = call
  const gate = openOutputGate(call.streams.output, () => readPid(files.pid) !== undefined)
  const streams = { input: call.streams.input, output: gate.output }
  const { terminal } = call.spec
  const ends =
    terminal === undefined ? openPipes(streams) : openTerminalEnds(streams, terminal, call.name !== 'util-linux')
  const [program = '', ...words] = command
  const child = spawn(program, words, {
    stdio: [...ends.stdio],
    env: runnerEnvironment(),
    detached: call.hasOwnSession,
  })
  ends.closeTheirs()
  ends.connect()
  const kill = (signal: NodeJS.Signals): void => killProcess(child, files.pid, signal)
  const resize = (columns: number, rows: number): void => {
    ends.resize(columns, rows)
    if (call.name === 'crun' && child.pid !== undefined) resizeInnerTerminal(child.pid, columns, rows)
  }
  let known: number | undefined
  const pid = (): number | undefined => (known ??= readPid(files.pid))
  const ended = waitForEnd(child, ends, job, () => killEverything(child, files.pid)).then(
    (result) => {
      // Its file goes now.
      pid()
      return checkStarted(result, call, gate.close())
    },
    (error: unknown) => {
      gate.close()
      throw asSandboxError(error, call, job)
    },
  )
  return { ended, pid, kill, resize }
}

/** For util-linux, whose first process is in Node: it need not compile anew what was compiled before. No process gets this. */
function runnerEnvironment(): NodeJS.ProcessEnv {
  const { PATH, XDG_CACHE_HOME: cache, HOME } = process.env
  const home = cache ?? (HOME === undefined ? undefined : join(HOME, '.cache'))
  return { PATH, ...(home === undefined ? {} : { NODE_COMPILE_CACHE: join(home, 'wherry/compile-cache') }) }
}

/** When the runtime is gone and all output was handed on. */
async function waitForEnd(child: ChildProcess, ends: ProcessEnds, job: Job, killAll: () => void): Promise<ExitResult> {
  const onAbort = (): void => killAll()
  try {
    const exited = new Promise<ExitResult>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (status, signal) => resolve(exitResult(status, signal)))
    })
    if (job.signal.aborted) killAll()
    else job.signal.addEventListener('abort', onAbort, { once: true })
    const result = await exited
    if (job.signal.aborted) killAll()
    else await ends.drained
    job.signal.throwIfAborted()
    return result
  } finally {
    job.signal.removeEventListener('abort', onAbort)
    ends.destroy()
  }
}

function exitResult(status: number | null, signal: NodeJS.Signals | null): ExitResult {
  if (signal !== null) return { kind: 'signaled', signal }
  return { kind: 'exited', status: status ?? 0 }
}

function killProcess(child: ChildProcess, pidFile: string, signal: NodeJS.Signals): void {
  const pid = readPid(pidFile)
  if (pid === undefined) child.kill(signal)
  else tryKill(pid, signal)
}

/** The first process of a PID namespace takes all others with it. Before there is one, the runtime and its children are ended. */
function killEverything(child: ChildProcess, pidFile: string): void {
  const pid = readPid(pidFile)
  if (pid !== undefined) tryKill(pid, 'SIGKILL')
  else if (child.pid !== undefined) tryKill(-child.pid, 'SIGKILL')
}

function tryKill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It has ended.
  }
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return Number.isInteger(pid) && pid > 1 ? pid : undefined
  } catch {
    return undefined
  }
}

/** A process that never was has no exit status: what the runner says then is an error. */
function checkStarted(result: ExitResult, { name, files, spec }: RunnerCall, said: string): ExitResult {
  if (readPid(files.pid) !== undefined) return result
  const text = lastMessage(files.log) ?? said.trim()
  throw new SandboxError('cannot-start', `${name} cannot start ${spec.arguments[0] ?? ''}: ${text}`, {
    hint: ulimitHint(name, spec),
  })
}

/** A runtime sets the limits first, and then opens, writes and starts what it needs itself. */
function ulimitHint(name: string, { limits: { ulimits } }: RunnerCall['spec']): string | undefined {
  if (ulimits.length === 0) return undefined
  const given = ulimits.map((each) => `${each.name}=${each.soft}`).join(', ')
  return `${name} itself keeps to the limits while it starts the process, ${given}: give higher ones, or have the process set them.`
}

function lastMessage(log: string): string | undefined {
  try {
    const line = readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? ''
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && 'msg' in value ? String(value.msg) : line
  } catch {
    return undefined
  }
}

function asSandboxError(error: unknown, { name }: RunnerCall, job: Job): unknown {
  if (job.signal.aborted) return job.signal.reason
  return new SandboxError('no-sandbox', `${name} cannot be run`, { cause: error })
}
