import { join } from 'node:path'
import { mountCandidateFile, type MountCandidateFile } from '../registry-client/mount-candidate-file.ts'
import { usualCacheFolder } from '../toolchain/folders.ts'

export type MountMemory = MountCandidateFile

/** Remembers in a file of the cache folder which repositories hold which blobs. */
export function fileMountMemory(environment: NodeJS.ProcessEnv): MountMemory {
  return mountCandidateFile(join(usualCacheFolder(environment), 'mounts'))
}
