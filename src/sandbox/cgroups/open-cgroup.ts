import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import type { RuntimeName } from '../find-runtime.ts'
import type { ProcessSpec, ResourceLimits } from '../process-spec.ts'
import type { UserNamespace } from '../root/user-namespace.ts'

/** A cgroup with the limits of one process. */
export interface OpenCgroup {
  /** Below each hierarchy's root. */
  readonly path: string
  /** What whoever runs in it writes its number into; none where the runtime makes the cgroup itself. */
  readonly directories: readonly string[]
  remove(): Promise<void>
}

const cgroups = '/sys/fs/cgroup'
const cpuPeriodMicroseconds = 100_000

/**
 * Makes a cgroup where limits are asked for. Where none can be made there is a notice, and no limit.
 *
 * @returns undefined where there is none.
 */
export function openCgroup(
  { limits }: ProcessSpec,
  runtime: RuntimeName,
  { isInitial }: UserNamespace,
  job: Job,
): OpenCgroup | undefined {
  if (limits.memoryBytes === undefined && limits.cpus === undefined) return undefined
  // Not the number of this process: in a PID namespace of its own it is the first, as others are in theirs.
  const path = `/wherry-${randomBytes(nameBytes).toString('hex')}`
  const made: string[] = []
  try {
    if (!isInitial) throw new Error('only root of the machine can set them')
    const hierarchies = limitFiles(limits)
    accessSync(cgroups, constants.R_OK)
    for (const { root } of hierarchies) removeLeftBehind(root)
    if (runtime === 'runc')
      return { path, directories: [], remove: () => removeAll(hierarchies.map((each) => join(each.root, path))) }
    for (const { root, files } of hierarchies) {
      const directory = join(root, path)
      mkdirSync(directory)
      made.push(directory)
      for (const [name, value] of files) writeFileSync(join(directory, name), value)
    }
    return { path, directories: made, remove: () => removeAll(made) }
  } catch (error) {
    void removeAll(made)
    const message = `the process runs without limits of memory and processors: ${errorMessage(error)}`
    job.emit({ type: 'notice', level: 'warning', message })
    return undefined
  }
}

const nameBytes = 6
const namePattern = /^wherry-[0-9a-f]{12}$/
const leftBehindAfterMs = 60_000

/** Whoever is killed leaves an empty cgroup behind. A new one is empty too, for a moment. */
function removeLeftBehind(root: string): void {
  for (const name of readdirSync(root).filter((each) => namePattern.test(each))) {
    const directory = join(root, name)
    try {
      if (Date.now() - statSync(directory).ctimeMs > leftBehindAfterMs) rmdirSync(directory)
    } catch {
      // Somebody is in there, or it is gone.
    }
  }
}

/** Where which limit is written: cgroups(7), in the second version as in the first. */
function limitFiles({ memoryBytes, cpus }: ResourceLimits): readonly {
  readonly root: string
  readonly files: readonly (readonly [string, string])[]
}[] {
  const quota = cpus === undefined ? undefined : String(Math.max(1000, Math.round(cpus * cpuPeriodMicroseconds)))
  const memory = memoryBytes === undefined ? undefined : String(memoryBytes)
  if (existsSync(join(cgroups, 'cgroup.controllers'))) {
    writeFileSync(join(cgroups, 'cgroup.subtree_control'), '+memory +cpu')
    const cpu = quota === undefined ? [] : [['cpu.max', `${quota} ${cpuPeriodMicroseconds}`] as const]
    return [{ root: cgroups, files: [...(memory === undefined ? [] : [['memory.max', memory] as const]), ...cpu] }]
  }
  const cpuFiles = [['cpu.cfs_period_us', String(cpuPeriodMicroseconds)] as const]
  return [
    ...(memory === undefined
      ? []
      : [{ root: join(cgroups, 'memory'), files: [['memory.limit_in_bytes', memory] as const] }]),
    ...(quota === undefined
      ? []
      : [{ root: join(cgroups, 'cpu'), files: [...cpuFiles, ['cpu.cfs_quota_us', quota] as const] }]),
  ]
}

const removeTriesMax = 50
const removeDelayMs = 10

/** The last process of a cgroup may still be leaving it. */
async function removeAll(directories: readonly string[]): Promise<void> {
  for (const directory of directories) {
    for (let tries = 0; tries < removeTriesMax && !removed(directory); tries += 1) await setTimeout(removeDelayMs)
  }
}

function removed(directory: string): boolean {
  try {
    rmdirSync(directory)
    return true
  } catch (error) {
    return systemErrorCode(error) !== 'EBUSY'
  }
}
