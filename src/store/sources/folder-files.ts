import { open, stat } from 'node:fs/promises'
import { join, normalize } from 'node:path'
import type { Job } from '../../std/job.ts'
import { atPath } from '../errors.ts'
import { readFrom, unlessMissing } from '../layout/files.ts'
import type { FileSet } from './file-set.ts'

/** The files of a folder. Symbolic links in it are followed, as with every folder that its owner names. */
export function folderFiles(root: string): FileSet {
  return {
    title: root,
    async sizeOf(name) {
      if (normalize(name).startsWith('..')) return undefined
      const path = join(root, name)
      const found = await atPath(path, () => unlessMissing(() => stat(path)))
      return found?.isFile() === true ? found.size : undefined
    },
    open: (name, job, offsetBytes = 0) => readFile(join(root, name), offsetBytes, job),
  }
}

async function* readFile(path: string, offsetBytes: number, job: Job): AsyncGenerator<Uint8Array> {
  const handle = await atPath(path, () => open(path, 'r'))
  try {
    yield* readFrom(handle, path, offsetBytes, job)
  } finally {
    await handle.close()
  }
}
