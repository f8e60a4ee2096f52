import type { CommandContext } from '../context.ts'
import { writeTextFile } from '../write-text-file.ts'

/** Writes a file that the line names, or to standard output for `-`. @throws CliError `file-failed`, `output-closed` */
export async function writeResult(path: string, text: string, { output }: CommandContext): Promise<void> {
  if (path === '-') await output.write(text)
  else await writeTextFile(path, text)
}
