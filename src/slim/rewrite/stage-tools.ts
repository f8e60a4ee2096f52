import type { FileTree } from '../../filetree/file-tree.ts'

/** What a RUN can use in a stage. */
export interface StageTools {
  readonly hasFind: boolean
  readonly hasDpkgQuery: boolean
  readonly hasAwk: boolean
}

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']

/** The tools of an image; undefined where it has no shell, or lacks what makes and removes files. */
export function findTools(tree: FileTree): StageTools | undefined {
  const has = (program: string): boolean =>
    folders.some((folder) => {
      const found = tree.resolve(`${folder}/${program}`)
      return found?.kind === 'file' && (found.mode & 0o111) !== 0
    })
  const hasShell = tree.resolve('/bin/sh')?.kind === 'file'
  if (!hasShell || !['mkdir', 'cp', 'rm', 'chmod', 'chown'].every(has)) return undefined
  return { hasFind: has('find'), hasDpkgQuery: has('dpkg-query'), hasAwk: has('awk') }
}
