import { rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemErrorCode } from './errors.ts'
import { makeDirectory } from './make-directory.ts'
import { cryptoModule } from './node-modules.ts'

const attemptsMax = 5

/**
 * Puts a file into a cache, whole or not at all. Any number of processes may do so at once, and others may remove the folder meanwhile:
 * then it is made again. Nothing is synced: who reads it checks it.
 *
 * @param write fills the file at the path that it is given; it may be called again.
 * @throws the system's errors, and what `write` throws
 */
export async function putFile(path: string, write: (path: string) => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const temporary = `${path}.${cryptoModule().randomUUID()}`
    try {
      await makeDirectory(dirname(path), 0o700)
      await write(temporary)
      await rename(temporary, path)
      return
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined)
      if (systemErrorCode(error) !== 'ENOENT' || attempt === attemptsMax) throw error
    }
  }
}
