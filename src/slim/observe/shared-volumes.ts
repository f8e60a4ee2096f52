import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { ContainerMount } from '../../container/container.ts'
import { openFileTree } from '../../filetree/file-tree.ts'
import { createJob, type Job } from '../../std/job.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import type { AppRunnerOptions } from '../app-session.ts'
import type { Companion } from '../companion.ts'

/** The volumes that several companions of one run have together. Disposing of them deletes what is in them. */
export interface SharedVolumes extends AsyncDisposable {
  /** What a companion has of them. As with Docker, one begins with what the image of the first that has it has there. */
  mountsOf(companion: Companion, job: Job): Promise<readonly ContainerMount[]>
}

/** New volumes. One that a single companion has is a folder of its root, which is new each time anyway. */
export async function openSharedVolumes(
  companions: readonly Companion[],
  { host, layersDirectory }: AppRunnerOptions,
): Promise<SharedVolumes> {
  const users = new Map<string, number>()
  for (const { volumes } of companions) {
    for (const name of new Set(volumes.map((volume) => volume.name))) users.set(name, (users.get(name) ?? 0) + 1)
  }
  const folder = await temporaryDirectory()
  const directories = new Map<string, string>()
  const seedOf = async ({ image }: Companion, target: string, job: Job) => {
    await using tree = await openFileTree(image, layersDirectory, job)
    return tree.get(target)?.kind === 'directory' ? { layers: image.layers, source: target } : undefined
  }
  return {
    async mountsOf(companion, job) {
      const mounts: ContainerMount[] = []
      for (const { name, target, isReadOnly } of companion.volumes) {
        if ((users.get(name) ?? 0) < 2) continue
        const known = directories.get(name)
        const directory = known ?? join(folder.path, randomUUID())
        directories.set(name, directory)
        const seed = known === undefined ? await seedOf(companion, target, job) : undefined
        mounts.push({ kind: 'cache', directory, seed, source: '/', target, isReadOnly, mode: 0o755, uid: 0, gid: 0 })
      }
      return mounts
    },
    async [Symbol.asyncDispose]() {
      // Files of users whom only the containers' process has. Whoever was cancelled waits for that, too.
      if (directories.size > 0) await host.remove([...directories.values()], createJob())
      await folder[Symbol.asyncDispose]()
    },
  }
}
