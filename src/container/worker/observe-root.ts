import { lstatSync } from 'node:fs'
import { join } from 'node:path'
import { keepsAccessTimes, openPlainCopy, type PlainCopy } from '../../snapshot/open-plain-copy.ts'
import type { WritableRoot, WritableSnapshot } from '../../snapshot/snapshot.ts'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { ContainerError } from '../errors.ts'
import { watchAccesses, type AccessWatch } from './watch-accesses.ts'

/** A root of which it is seen what is opened. */
export interface ObservedRoot {
  readonly root: WritableRoot
  readonly watch: AccessWatch
}

/**
 * Chooses by trying: fanotify(7) on the root as it is, which takes the right over the whole machine; or else a plain copy of it, whose files
 * tell by their access times that they were read. Overlayfs would not: it reads its layers without keeping those.
 *
 * @param snapshot is disposed of with the root, or at once where it is not needed.
 * @throws ContainerError `cannot-observe`
 */
export async function observeRoot(
  snapshot: WritableSnapshot,
  scratchDirectory: string,
  job: Job,
): Promise<ObservedRoot> {
  await using opened = new AsyncDisposableStack()
  opened.use(snapshot)
  const found = tryWatch(snapshot.rootfs)
  if (!(found instanceof Error)) {
    opened.move()
    return { root: snapshot, watch: found }
  }
  if (!keepsAccessTimes(scratchDirectory)) throw cannotObserve(scratchDirectory, found)
  const copy = await openPlainCopy(snapshot.rootfs, scratchDirectory, job)
  return { root: copy, watch: watchCopy(copy) }
}

function tryWatch(rootfs: string): AccessWatch | Error {
  try {
    return watchAccesses(rootfs)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

function cannotObserve(folder: string, cause: Error): ContainerError {
  const message = `which files are opened cannot be seen: ${errorMessage(cause)}; and ${folder} does not keep when files were read`
  return new ContainerError('cannot-observe', message, {
    cause,
    hint: 'Run wherry as root, or with a store on a file system that is mounted without noatime.',
  })
}

const mayExecute = 0o111

/** Times do not tell whether a file was read or executed: what may be executed is taken to have been. */
function watchCopy(copy: PlainCopy): AccessWatch {
  return {
    seesReadOnlyRoots: false,
    begin: () => copy.begin(),
    async accessed(job) {
      const opened = new Set(await copy.accessed(job))
      const executed = new Set([...opened].filter((path) => isProgram(join(copy.rootfs, path))))
      return { opened, executed }
    },
    [Symbol.dispose]: () => undefined,
  }
}

function isProgram(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  return stats !== undefined && stats.isFile() && (stats.mode & mayExecute) !== 0
}
