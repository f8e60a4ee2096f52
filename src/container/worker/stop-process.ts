import { readFileSync } from 'node:fs'
import { constants } from 'node:os'
import type { RunningProcess } from '../../sandbox/process-spec.ts'
import type { Job } from '../../std/job.ts'

const lookIntervalMs = 50
/** Who does not hear, and has not run at all for so long, is not busy with ending. */
const idleMs = 500

/**
 * Asks a process to end, and kills it after `graceMs`. The first process of a container is killed sooner where it does not hear: at once where it
 * never did, and when it has done nothing for a while where it no longer does, as Node.js, which handles SIGTERM once and then leaves it to
 * the kernel, which does nothing.
 */
export async function stopProcess(
  process: Pick<RunningProcess, 'pid' | 'kill' | 'ended'>,
  signal: NodeJS.Signals,
  graceMs: number,
  { clock, signal: cancelled }: Job,
): Promise<undefined> {
  let hasEnded = false
  const ended = process.ended.then(
    () => (hasEnded = true),
    () => (hasEnded = true),
  )
  let idle = { switches: '', sinceMs: clock.now() }
  const beganMs = idle.sinceMs
  if (statusOf(process)?.isDeaf(signal) === true) {
    process.kill('SIGKILL')
    return
  }
  process.kill(signal)
  for (;;) {
    await Promise.race([ended, clock.sleep(lookIntervalMs, cancelled)])
    if (hasEnded) return
    const status = statusOf(process)
    const nowMs = clock.now()
    const isDeaf = status?.isDeaf(signal) === true
    if (!isDeaf || status.switches !== idle.switches) idle = { switches: status?.switches ?? '', sinceMs: nowMs }
    if (nowMs - beganMs < graceMs && nowMs - idle.sinceMs < idleMs) continue
    process.kill('SIGKILL')
    return
  }
}

function statusOf({ pid }: Pick<RunningProcess, 'pid'>): ProcessStatus | undefined {
  try {
    return new ProcessStatus(readFileSync(`/proc/${pid()}/status`, 'latin1'))
  } catch {
    return undefined
  }
}

/** What `/proc/PID/status` tells (proc_pid_status(5)). */
export class ProcessStatus {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  /**
   * Whether a signal is lost on a process. The kernel drops what the first process of a PID namespace is sent and neither handles nor blocks
   * (pid_namespaces(7)); what is blocked is taken later, by sigwait(3) or signalfd(2).
   */
  isDeaf(signal: NodeJS.Signals): boolean {
    if (signal === 'SIGKILL' || signal === 'SIGSTOP' || !/\s1$/.test(this.#field('NSpid'))) return false
    const mask = 1n << BigInt(constants.signals[signal] - 1)
    return ['SigCgt', 'SigBlk', 'SigPnd', 'ShdPnd'].every((name) => (this.#bits(name) & mask) === 0n)
  }

  /** Changes whenever the main thread has run. */
  get switches(): string {
    return `${this.#field('voluntary_ctxt_switches')} ${this.#field('nonvoluntary_ctxt_switches')}`
  }

  /** All of them where there is no such field: nothing is lost then. */
  #bits(name: string): bigint {
    const text = this.#field(name)
    return /^[0-9a-f]+$/.test(text) ? BigInt(`0x${text}`) : ~0n
  }

  #field(name: string): string {
    return new RegExp(`^${name}:[ \\t]*(.*)$`, 'm').exec(this.#text)?.[1] ?? ''
  }
}
