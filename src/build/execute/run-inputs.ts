import { writeTar } from '../../archive/tar-writer.ts'
import type { ContainerMount } from '../../container/container.ts'
import type { Layer } from '../../image/image.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import { copyEntries } from '../copy/copy-entries.ts'
import { BuildError } from '../errors.ts'
import type { PlannedMount, RunStep } from '../plan/plan.ts'
import { openCaches, type CachePlaces, type OpenedCaches } from './cache-mounts.ts'
import type { RunInputs } from './execute-run.ts'
import type { Execution } from './execution.ts'
import { mountRequest, openMountOrigin, selectMount, type MountOrigins } from './mount-keys.ts'
import type { OpenedOrigin } from './origins.ts'
import { sshAgentSocket } from '../ssh/agent-socket.ts'
import { writeLayer } from './write-layer.ts'

/** Makes the mounts of a RUN ready. Disposing of it lets its caches go. */
export async function openMounts(step: RunStep, origins: MountOrigins, job: Job): Promise<RunInputs & AsyncDisposable> {
  await using held = new AsyncDisposableStack()
  const mounts: ContainerMount[] = []
  const environment = new Map<string, string>()
  const caches = held.use(await openCaches(step.mounts, cachePlaces(origins), job))
  for (const mount of step.mounts) {
    if (mount.type === 'secret') await addSecret(mount, origins.execution, mounts, environment, job)
    else if (mount.type === 'ssh') await addAgent(mount, origins.execution, mounts, environment, held)
    else if (mount.target === undefined) throw withoutTarget(mount)
    else if (mount.type === 'tmpfs') {
      mounts.push({ kind: 'tmpfs', target: mount.target, sizeBytes: mount.sizeBytes, mode: mount.mode })
    } else if (mount.type === 'bind') mounts.push(await bindMount(mount, mount.target, origins, job))
    else mounts.push(cacheOf(mount, caches))
  }
  const { script } = step
  if (script !== undefined) {
    const content = Buffer.from(script.content)
    mounts.push({ kind: 'content', content, target: script.path, mode: 0o755, uid: 0, gid: 0 })
  }
  const moved = held.move()
  return { mounts, environment, [Symbol.asyncDispose]: () => moved.disposeAsync() }
}

function cachePlaces(origins: MountOrigins): CachePlaces {
  const { cacheDirectory } = origins.execution.machinery
  return { cacheDirectory, originOf: (mount) => openMountOrigin(mount, origins) }
}

function cacheOf(mount: PlannedMount, { mounts }: OpenedCaches): ContainerMount {
  const cache = mounts.get(mount)
  assert(cache !== undefined, 'every cache of the step was opened')
  return cache
}

async function bindMount(
  mount: PlannedMount,
  target: string,
  origins: MountOrigins,
  job: Job,
): Promise<ContainerMount> {
  const origin = await openMountOrigin(mount, origins)
  const layers = origin.files?.layers ?? [await contextLayer(mount, origin, origins.execution, job)]
  return { kind: 'layers', layers, source: mount.source, target, isReadOnly: mount.isReadOnly }
}

async function contextLayer(mount: PlannedMount, origin: OpenedOrigin, execution: Execution, job: Job): Promise<Layer> {
  const selection = await (await selectMount(mount, origin, execution, job)).open(job)
  const times = { latestSeconds: execution.dateSeconds }
  const entries = copyEntries(selection, mountRequest(mount.source), undefined, times, job)
  const { store, layersDirectory } = execution.machinery
  const compression = { format: 'none', level: undefined } as const
  return await writeLayer(writeTar(entries, job), { store, compression, indexDirectory: layersDirectory }, job)
}

async function addSecret(
  mount: PlannedMount,
  { request }: Execution,
  mounts: ContainerMount[],
  environment: Map<string, string>,
  job: Job,
): Promise<void> {
  const secret = request.secrets.get(mount.id)
  if (secret === undefined) {
    if (!mount.isRequired) {
      // There, so that scripts under `set -u` can ask for it.
      if (mount.environmentVariable !== undefined) environment.set(mount.environmentVariable, '')
      return
    }
    throw new BuildError('missing-secret', `the secret ${JSON.stringify(mount.id)} was not given`, {
      hint: `Give it with --secret id=${mount.id},src=FILE or --secret id=${mount.id},env=VARIABLE.`,
    })
  }
  const content = await secret.read(job)
  if (mount.environmentVariable !== undefined) {
    environment.set(mount.environmentVariable, Buffer.from(content).toString('utf8'))
  }
  if (mount.target === undefined) return
  const { mode, uid, gid } = mount
  mounts.push({ kind: 'content', content, target: mount.target, mode, uid, gid })
}

async function addAgent(
  mount: PlannedMount,
  { request }: Execution,
  mounts: ContainerMount[],
  environment: Map<string, string>,
  held: AsyncDisposableStack,
): Promise<void> {
  const agent = request.sshAgents.get(mount.id)
  if (agent === undefined) {
    if (!mount.isRequired) return
    throw new BuildError('missing-secret', `the SSH agent ${JSON.stringify(mount.id)} was not given`, {
      hint: 'Give it with --ssh default, --ssh ID=SOCKET or --ssh ID=KEY.',
    })
  }
  if (mount.target === undefined) throw withoutTarget(mount)
  const { path: source } = held.use(await sshAgentSocket(agent, mount))
  mounts.push({ kind: 'bind', source, target: mount.target, isReadOnly: false })
  environment.set('SSH_AUTH_SOCK', mount.target)
}

function withoutTarget({ type }: PlannedMount): BuildError {
  return new BuildError('bad-build-option', `a mount of type ${type} needs a target`)
}
