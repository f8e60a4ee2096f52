/** Who a process of an image is. */
export interface ImageUser {
  readonly uid: number
  readonly gid: number
  readonly additionalGids: readonly number[]
}

/** The texts of an image's `/etc/passwd` and `/etc/group`; empty where they are not there. */
export interface AccountFiles {
  readonly passwd: string
  readonly group: string
}

/** A name that the files do not have. */
export interface UnknownName {
  readonly unknown: 'user' | 'group'
  readonly name: string
}

/**
 * Who `user`, `user:group`, `uid` or `uid:gid` is (image-spec, config.md, "User"), read as moby's `user` package reads it: a name has to be
 * in the files; a number is never a name, need not be there, and has group 0 then. Further groups are those that list the user, unless a
 * group is given; the user's own is always among them (moby's CVE-2022-36109). Nothing at all is root.
 */
export function findUser(text: string, files: AccountFiles): ImageUser | UnknownName {
  const [userText = '', groupText = ''] = text.split(':', 2)
  const wanted = userText === '' ? '0' : userText
  const account = findAccount(readAccounts(files.passwd), wanted)
  const uid = readId(account?.[2] ?? wanted)
  if (uid === undefined) return { unknown: 'user', name: userText }
  const groups = readAccounts(files.group)
  if (groupText !== '') {
    const gid = readId(findAccount(groups, groupText)?.[2] ?? groupText)
    return gid === undefined ? { unknown: 'group', name: groupText } : { uid, gid, additionalGids: [gid] }
  }
  const name = account?.[0]
  const listing = groups.filter((group) => name !== undefined && (group[3] ?? '').split(',').includes(name))
  const gid = readId(account?.[3] ?? '0') ?? 0
  const further = listing.flatMap((group) => readId(group[2] ?? '') ?? [])
  return { uid, gid, additionalGids: [...new Set([gid, ...further])] }
}

/** Where a user's home is; the root folder for who has none. */
export function homeOf(uid: number, { passwd }: AccountFiles): string {
  const home = readAccounts(passwd).find((account) => readId(account[2] ?? '') === uid)?.[5]
  return home === undefined || home === '' ? '/' : home
}

function readAccounts(text: string): readonly (readonly string[])[] {
  return text.split('\n').flatMap((line) => (line.trim() === '' || line.startsWith('#') ? [] : [line.split(':')]))
}

function findAccount(accounts: readonly (readonly string[])[], text: string): readonly string[] | undefined {
  const id = readId(text)
  return accounts.find((account) => (id === undefined ? account[0] === text : readId(account[2] ?? '') === id))
}

/** Of user namespaces, by far not all have more. */
const idMax = 2 ** 31 - 1

function readId(text: string): number | undefined {
  if (!/^[0-9]+$/.test(text)) return undefined
  const id = Number(text)
  return id <= idMax ? id : undefined
}
