import type { AccountFiles } from '../image/user.ts'
import type { FileTree } from './file-tree.ts'

/** Far above what any system has. */
const accountsBytesMax = 16 * 1024 * 1024

/** The account files of a file system; empty where it has none. */
export async function readAccounts(tree: FileTree): Promise<AccountFiles> {
  const read = async (path: string): Promise<string> => {
    const entry = tree.resolve(path)
    return entry?.kind === 'file' ? Buffer.from(await tree.read(entry, accountsBytesMax)).toString('utf8') : ''
  }
  return { passwd: await read('/etc/passwd'), group: await read('/etc/group') }
}
