import { posix } from 'node:path'
import type { EvaluatedMount, FileSource } from '../../dockerfile/evaluated.ts'
import type { FileOrigin, PlannedMount } from './plan.ts'

const secretsFolder = '/run/secrets'
const agentsFolder = '/run/buildkit'

/**
 * Gives mounts what their type means where they say nothing (BuildKit's reference, "RUN --mount"), and an order in which none hides one
 * that lies in it.
 */
export function planMounts(
  mounts: readonly EvaluatedMount[],
  workingDirectory: string,
  originOf: (source: FileSource) => FileOrigin,
): readonly PlannedMount[] {
  const planned = mounts.map((mount, number): PlannedMount => {
    const target = targetOf(mount, number)
    const absolute = target === undefined ? undefined : posix.resolve(workingDirectory, target)
    return {
      type: mount.type,
      origin: mount.fileSource === undefined ? unnamedOrigin(mount) : originOf(mount.fileSource),
      source: posix.resolve('/', mount.source ?? '/'),
      target: absolute,
      isReadOnly: mount.isReadOnly,
      sizeBytes: mount.sizeBytes,
      id: idOf(mount, absolute),
      sharing: mount.sharing ?? 'shared',
      isRequired: mount.isRequired,
      mode: mount.mode ?? defaultModes[mount.type],
      uid: mount.uid ?? 0,
      gid: mount.gid ?? 0,
      environmentVariable: mount.environmentVariable,
    }
  })
  return planned.toSorted((one, other) => depthOf(one) - depthOf(other))
}

function depthOf({ target = '' }: PlannedMount): number {
  return target.split('/').length
}

const defaultModes = { bind: 0o755, cache: 0o755, tmpfs: 0o1777, secret: 0o400, ssh: 0o600 } as const

/** A bind mount without `from` shows the build context; a cache begins empty. */
function unnamedOrigin({ type }: EvaluatedMount): FileOrigin {
  return { kind: type === 'bind' ? 'context' : 'scratch' }
}

function targetOf(mount: EvaluatedMount, number: number): string | undefined {
  if (mount.target !== undefined) return mount.target
  if (mount.type === 'ssh') return `${agentsFolder}/ssh_agent.${number}`
  if (mount.type !== 'secret' || mount.environmentVariable !== undefined) return undefined
  return `${secretsFolder}/${posix.basename(secretId(mount))}`
}

function idOf(mount: EvaluatedMount, target: string | undefined): string {
  if (mount.type === 'secret') return secretId(mount)
  if (mount.type === 'ssh') return mount.id ?? 'default'
  return mount.id ?? target ?? '/'
}

function secretId({ id, source, target }: EvaluatedMount): string {
  return source ?? id ?? posix.basename(target ?? '')
}
