import { join } from 'node:path'

/*
 * The folder of the build cache:
 *
 * steps/KK/KEY.json    what steps came to
 * packed/KEY           how the blocks of layers were compressed
 * mounts/ID            the folders of cache mounts; beside each ID.lock, which its users hold, and what is being made or removed: ID.NAME
 * scratch/NAME         what is there for one build or one prune only, with NAME.lock beside each
 *
 * and what contexts, sources and outputs remember, each in a folder of its own. Those may be removed at any time, as a whole.
 */

/** Where the records lie, each in a folder named by the first two digits of its key. */
export function stepsFolder(directory: string): string {
  return join(directory, 'steps')
}

/** Where is told how the blocks of layers were compressed. */
export function packedFolder(directory: string): string {
  return join(directory, 'packed')
}

/** Where cache mounts lie. */
export function mountsFolder(directory: string): string {
  return join(directory, 'mounts')
}

/** Behind the name of a cache mount: the file that its users hold locked. */
export const lockSuffix = '.lock'

/** Where folders of living processes lie, which are removed when they are left behind. */
export function scratchFolder(directory: string): string {
  return join(directory, 'scratch')
}
