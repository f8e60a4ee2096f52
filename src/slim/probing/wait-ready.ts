import type { ExitResult } from '../../sandbox/process-spec.ts'
import { withSignal, type Job } from '../../std/job.ts'
import type { AppSession } from '../app-session.ts'
import type { ProbePlan } from '../probe.ts'

/** What an app came to after its start. */
export type Readiness =
  | { readonly kind: 'listens'; readonly port: number; readonly ports: readonly number[]; readonly readyMs: number }
  /** It listens nowhere, and is healthy all the same. */
  | { readonly kind: 'healthy' }
  | { readonly kind: 'ended'; readonly result: ExitResult }
  | { readonly kind: 'late' }

/** What starts fast is measured closely; what takes long is not disturbed. */
const pollMsMin = 5
const pollMsMax = 100
/** After an app listens on another port than those that its image exposes, how long these are waited for. */
const exposedMs = 2000
const healthEveryMs = 1000
/** How long it may take until the end of an app is known that cannot be looked into any more. */
const endMs = 2000

/** Looks until the app listens or has ended. */
export async function waitReady(app: AppSession, plan: ProbePlan, job: Job): Promise<Readiness> {
  const ended = app.ended.then((result) => ({ kind: 'ended' as const, result }))
  using watching = abortable(job)
  const other =
    plan.expects === 'ends' ? lateAfter(app, plan.readyMs, watching.job) : watchPorts(app, plan, watching.job)
  return await Promise.race([ended, other])
}

async function watchPorts(app: AppSession, plan: ProbePlan, job: Job): Promise<Readiness> {
  let openSinceMs: number | undefined
  let healthAtMs = app.elapsedMs() + healthEveryMs
  for (;;) {
    const ports = await portsOf(app, job)
    const nowMs = app.elapsedMs()
    const exposed = plan.ports.find((port) => ports.includes(port))
    const [first] = ports
    if (first !== undefined) {
      openSinceMs ??= nowMs
      const isEnough = plan.ports.length === 0 || nowMs - openSinceMs > exposedMs
      if (exposed !== undefined || isEnough) {
        return { kind: 'listens', port: exposed ?? first, ports, readyMs: openSinceMs }
      }
    }
    if (first === undefined && nowMs > plan.readyMs) return { kind: 'late' }
    if (first === undefined && plan.ports.length === 0 && nowMs > healthAtMs) {
      if (await isHealthy(app, plan, job)) return { kind: 'healthy' }
      healthAtMs = app.elapsedMs() + healthEveryMs
    }
    await job.clock.sleep(Math.min(pollMsMax, Math.max(pollMsMin, nowMs / 50)), job.signal)
  }
}

/** Ports that an app listens on: none where it has just ended. */
export async function portsOf(app: AppSession, job: Job): Promise<readonly number[]> {
  try {
    return await app.listeningPorts(job)
  } catch (error) {
    job.signal.throwIfAborted()
    const ended = await Promise.race([app.ended, job.clock.sleep(endMs, job.signal)])
    if (ended === undefined) throw error
    return []
  }
}

async function isHealthy(app: AppSession, plan: ProbePlan, job: Job): Promise<boolean> {
  const health = plan.probes.find((probe) => probe.kind === 'health')
  if (health === undefined) return false
  try {
    const { result } = await app.execute(health.command, job)
    return result.kind === 'exited' && result.status === 0
  } catch {
    job.signal.throwIfAborted()
    return false
  }
}

async function lateAfter(app: AppSession, readyMs: number, job: Job): Promise<Readiness> {
  await job.clock.sleep(Math.max(0, readyMs - app.elapsedMs()), job.signal)
  return { kind: 'late' }
}

/** A job that ends with its scope. */
function abortable(job: Job): Disposable & { readonly job: Job } {
  const ending = new AbortController()
  return {
    job: withSignal(job, AbortSignal.any([job.signal, ending.signal])),
    [Symbol.dispose]: () => ending.abort(),
  }
}
