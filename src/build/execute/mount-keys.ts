import type { Job } from '../../std/job.ts'
import type { KeyPart } from '../cache/step-key.ts'
import type { CopyRequest } from '../copy/copy-request.ts'
import type { PlannedMount, RunStep } from '../plan/plan.ts'
import type { Execution } from './execution.ts'
import { openOrigin, type OpenedOrigin, type StageFilesOf } from './origins.ts'
import { selectFrom, type KnownSelection } from './selections.ts'

/** What finding a mount's files takes. */
export interface MountOrigins {
  readonly stage: number
  readonly stageFiles: StageFilesOf
  readonly execution: Execution
}

/** What of the mounts decides what comes of a RUN: the files of bind mounts; of caches and secrets only that they are there. */
export async function mountKeys(step: RunStep, origins: MountOrigins, job: Job): Promise<readonly KeyPart[]> {
  const keys: KeyPart[] = []
  for (const mount of step.mounts) {
    const { type, target, source, isReadOnly, id, mode, uid, gid, sizeBytes, environmentVariable } = mount
    const common = { type, target, isReadOnly }
    if (type === 'bind') {
      const origin = await openMountOrigin(mount, origins)
      const content = origin.chain ?? (await selectMount(mount, origin, origins.execution, job)).digest
      keys.push({ ...common, content, source })
    } else keys.push({ ...common, id, source, mode, uid, gid, sizeBytes, environmentVariable })
  }
  return keys
}

/** Where the files of a mount come from. */
export async function openMountOrigin({ origin }: PlannedMount, origins: MountOrigins): Promise<OpenedOrigin> {
  return await openOrigin(origin, origins.stage, origins.stageFiles, origins.execution)
}

/** A bind mount of the build context shows what COPY would take of it: what `.dockerignore` leaves out is not there. */
export async function selectMount(
  { source }: PlannedMount,
  origin: OpenedOrigin,
  execution: Execution,
  job: Job,
): Promise<KnownSelection> {
  return await selectFrom(mountRequest(source), origin, execution, job)
}

/** A bind mount as the COPY that would take the same. */
export function mountRequest(source: string): CopyRequest {
  return {
    ...{ kind: 'copy', sources: [`/.${source}`], destination: '/', workingDirectory: '/', inlineFiles: [] },
    ...{ chown: undefined, chmod: undefined, excludes: [], parents: true, link: true, checksum: undefined },
    ...{ keepGitDirectory: undefined, unpack: undefined },
  }
}
