import { join } from 'node:path'
import { mountCandidateFile, type MountCandidateFile } from '../registry-client/mount-candidate-file.ts'
import { cacheDirectory } from './configuration.ts'

export type MountMemory = MountCandidateFile

/** Remembers in a file of the cache folder which repositories hold which blobs. */
export function fileMountMemory(environment: NodeJS.ProcessEnv): MountMemory {
  return mountCandidateFile(join(cacheDirectory(environment), 'mounts'))
}
