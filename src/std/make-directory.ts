import { lstat, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemErrorCode } from './errors.ts'

/**
 * Makes a directory and those above it that are missing. One that is there already is left as it is.
 *
 * Node's own recursive `mkdir` never ends where a file system says ENOENT to a name that it will not make, as /proc does
 * (nodejs/node 26).
 *
 * @param mode of directories that are made, before the umask.
 * @throws the system's error: ENOENT in such a place, EEXIST or ENOTDIR where something else is in the way.
 */
export async function makeDirectory(path: string, mode = 0o777): Promise<void> {
  if (await made(path, mode)) return
  await makeDirectory(dirname(path), mode)
  if (!(await made(path, mode))) {
    throw Object.assign(new Error(`ENOENT: no directory can be made here: ${path}`), { code: 'ENOENT', path })
  }
}

/** So often it is tried again where somebody has removed what was there. */
const attemptsMax = 100

/** False when the parent is missing. */
async function made(path: string, mode: number): Promise<boolean> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await mkdir(path, mode)
      return true
    } catch (error) {
      const code = systemErrorCode(error)
      if (code === 'ENOENT' && dirname(path) !== path) return false
      if (code !== 'EEXIST') throw error
      const found = await kindOf(path)
      if (found === 'directory') return true
      if (found === 'other' || attempt === attemptsMax) throw error
    }
  }
}

/** Of what is behind a link, too; a link that leads nowhere is something else. Undefined for what is not there. */
async function kindOf(path: string): Promise<'directory' | 'other' | undefined> {
  const found = (await stat(path).catch(() => undefined)) ?? (await lstat(path).catch(() => undefined))
  return found === undefined ? undefined : found.isDirectory() ? 'directory' : 'other'
}
