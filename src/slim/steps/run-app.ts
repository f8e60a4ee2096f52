import type { ContainerMount } from '../../container/container.ts'
import type { Job } from '../../std/job.ts'
import { asTask } from './as-task.ts'
import type { AccessedFiles, AppLaunch, AppRunner, Restraint } from '../app-session.ts'
import { probeApp } from '../probe-app.ts'
import type { ProbePlan, ProbeRecord } from '../probe.ts'
import type { SlimRequest } from '../slim-request.ts'

/** An app, run and asked once. */
export interface WatchedRun {
  readonly record: ProbeRecord
  readonly accessed: AccessedFiles
  /** Paths that it made or changed. */
  readonly written: ReadonlySet<string>
}

const graceMs = 3000

/** What an app may that is not restrained. */
export const unrestrained: Restraint = { user: undefined, isRootReadOnly: false, capabilities: undefined }

/** Runs an app, asks it, and sees what it opens and writes. */
export async function watchApp(
  title: string,
  launch: AppLaunch,
  plan: ProbePlan,
  runner: AppRunner,
  job: Job,
): Promise<WatchedRun> {
  return await asTask(title, toldRun, job, async () => {
    await using app = await runner.start({ ...launch, isObserved: true }, job)
    const record = await probeApp(app, plan, job)
    await app.stop(graceMs)
    return { record, accessed: await app.accessed(job), written: await app.written(job) }
  })
}

/** Runs an app and asks it. */
export async function askApp(
  title: string,
  launch: AppLaunch,
  plan: ProbePlan,
  runner: AppRunner,
  job: Job,
): Promise<ProbeRecord> {
  const { record } = await asTask(title, toldRun, job, async () => {
    await using app = await runner.start(launch, job)
    return { record: await probeApp(app, plan, job) }
  })
  return record
}

function toldRun({ record }: { readonly record: ProbeRecord }): string {
  const answers = record.asked.filter(({ answer }) => answer.kind !== 'none').length
  return `${answers} of ${record.asked.length} answered`
}

/** Runs of one app, together. */
export function joinRuns(runs: readonly WatchedRun[]): Pick<WatchedRun, 'accessed' | 'written'> {
  return {
    accessed: {
      opened: new Set(runs.flatMap(({ accessed }) => [...accessed.opened])),
      executed: new Set(runs.flatMap(({ accessed }) => [...accessed.executed])),
    },
    written: new Set(runs.flatMap(({ written }) => [...written])),
  }
}

/** How an image is run as a request says. With a root that cannot be written to, there is memory at `/tmp`. */
export function appLaunch({ launch }: SlimRequest, image: AppLaunch['image'], restraint: Restraint): AppLaunch {
  const inMemory = restraint.isRootReadOnly ? memoryMounts(launch.mounts) : []
  return { ...launch, image, restraint, isObserved: false, mounts: [...inMemory, ...launch.mounts] }
}

/** What `docker run --read-only --tmpfs /tmp` gives, in which no program can be run: hardly any app does without. */
function memoryMounts(others: readonly ContainerMount[]): readonly ContainerMount[] {
  if (others.some(({ target }) => target === '/tmp')) return []
  return [{ kind: 'tmpfs', target: '/tmp', sizeBytes: undefined, mode: 0o1777, forbidsPrograms: true }]
}
