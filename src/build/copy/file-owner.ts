import type { FileTree } from '../../filetree/file-tree.ts'
import { BuildError } from '../errors.ts'

/** Who files belong to. */
export interface FileOwner {
  readonly uid: number
  readonly gid: number
}

/** Far above what any system has. */
const accountsBytesMax = 16 * 1024 * 1024

/** What BuildKit's frontend takes for a number. */
const idMax = 2 ** 31 - 1

/**
 * Reads `--chown` as BuildKit does (`llb.WithUser`): a user that is a number has the group of that number unless one is given, and one
 * that is a name has the group of its account. Names are looked up in the account files of the tree below.
 *
 * @throws BuildError `unknown-user`, where BuildKit would take root
 */
export async function readOwner(text: string, below: FileTree | undefined): Promise<FileOwner> {
  const colon = text.indexOf(':')
  const userText = colon === -1 ? text : text.slice(0, colon)
  const groupText = colon === -1 ? '' : text.slice(colon + 1)
  const user = await readUser(userText, below)
  if (groupText === '') return user
  const gid = readId(groupText) ?? (await findAccount('group', groupText, below))[2]
  return { uid: user.uid, gid: toId(gid, 'group', groupText) }
}

async function readUser(text: string, below: FileTree | undefined): Promise<FileOwner> {
  const id = readId(text)
  if (id !== undefined) return { uid: id, gid: id }
  const [, , uid, gid] = await findAccount('passwd', text, below)
  return { uid: toId(uid, 'passwd', text), gid: toId(gid, 'passwd', text) }
}

function readId(text: string): number | undefined {
  if (text === 'root' || text === '') return 0
  return /^[0-9]+$/.test(text) && Number(text) <= idMax ? Number(text) : undefined
}

async function findAccount(
  file: 'passwd' | 'group',
  name: string,
  below: FileTree | undefined,
): Promise<readonly string[]> {
  const entry = below?.resolve(`/etc/${file}`)
  const bytes = entry?.kind === 'file' ? await below?.read(entry, accountsBytesMax) : undefined
  const lines = Buffer.from(bytes ?? [])
    .toString('utf8')
    .split('\n')
  const found = lines.map((line) => line.trim().split(':')).find(([first]) => first === name)
  if (found === undefined) throw unknownName(file, name, entry !== undefined)
  return found
}

function toId(text: string | number | undefined, file: 'passwd' | 'group', name: string): number {
  const id = typeof text === 'number' ? text : /^[0-9]+$/.test(text ?? '') ? Number(text) : undefined
  if (id === undefined) throw unknownName(file, name, true)
  return id
}

function unknownName(file: 'passwd' | 'group', name: string, isThere: boolean): BuildError {
  const what = `${file === 'passwd' ? 'user' : 'group'} ${JSON.stringify(name)}`
  const message = isThere
    ? `there is no ${what} in /etc/${file} of the image`
    : `there is no ${what}: the image has no /etc/${file}`
  return new BuildError('unknown-user', message, { hint: 'Add it in a RUN before, or give its number.' })
}
