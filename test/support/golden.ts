import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemErrorCode } from '../../src/std/errors.ts'

/**
 * Compares text with what a file holds. With `UPDATE_GOLDEN=1` in the environment the file is written instead: look at the
 * difference before you commit it.
 */
export async function assertGolden(actual: string, file: URL): Promise<void> {
  const path = fileURLToPath(file)
  if (process.env['UPDATE_GOLDEN'] === '1') {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, actual)
    return
  }
  const expected = await readFile(path, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) !== 'ENOENT') throw error
    return assert.fail(`${path} is not there: run the test with UPDATE_GOLDEN=1 to write it`)
  })
  assert.equal(actual, expected, `${path} differs: if that is meant, run the test with UPDATE_GOLDEN=1`)
}
