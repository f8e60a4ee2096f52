import { writeFile } from 'node:fs/promises'
import { errorMessage } from '../std/errors.ts'
import { CliError } from './errors.ts'

/** Writes a file that the line names. @throws CliError `file-failed` */
export async function writeTextFile(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (cause) {
    throw new CliError('file-failed', `cannot write ${path}: ${errorMessage(cause)}`, { cause })
  }
}
