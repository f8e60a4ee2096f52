import { posix } from 'node:path'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import { configEnvironment, usualSearchPath } from '../../image/config-environment.ts'
import type { RunConfig } from '../../image/config.ts'
import type { Job } from '../../std/job.ts'

/** The file that a name starts, as execvp(3) finds it. */
export function findProgram(
  program: string,
  { tree, config }: { readonly tree: FileTree; readonly config: RunConfig },
  workingDirectory: string = config.WorkingDir || '/',
): FileEntry | undefined {
  if (program === '') return undefined
  const searchPath = configEnvironment(config).get('PATH') ?? usualSearchPath
  const folders = program.includes('/') ? [workingDirectory] : searchPath.split(':')
  for (const folder of folders) {
    const found = tree.resolve(posix.resolve('/', workingDirectory, folder, program))
    if (found?.kind === 'file' && (found.mode & 0o111) !== 0) return found
  }
  return undefined
}

/** Whether the kernel can run a file: it is ELF, or says its interpreter. */
export async function isExecutable(file: FileEntry, tree: FileTree, job: Job): Promise<boolean> {
  if (file.sizeBytes < 4) return false
  for await (const chunk of tree.openFile(file, job)) {
    return chunk.length < 4 || chunk[0] === 0x7f || (chunk[0] === 0x23 && chunk[1] === 0x21)
  }
  return false
}
