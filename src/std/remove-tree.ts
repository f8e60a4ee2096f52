import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'
import { systemErrorCode } from './errors.ts'

/**
 * Deletes a folder and all that is in it, without following links. Node cannot delete what lies deeper than the longest path
 * (ENAMETOOLONG), which whoever writes an image can make; rm(1) can.
 */
export async function removeTree(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true })
  } catch (error) {
    if (systemErrorCode(error) !== 'ENAMETOOLONG') throw error
    await promisify(execFile)('rm', ['-rf', '--', path])
  }
}
