import type { Recipe } from '../recipe-schema.ts'
import type { RecipeLink } from '../recipe.ts'
import type { Provider } from './provider.ts'
import { textFile } from './provider.ts'

type User = NonNullable<Recipe['users']>[number]
type Group = NonNullable<Recipe['groups']>[number]

/** Users and groups as recipes have them. */
export interface Accounts {
  readonly users: readonly User[]
  readonly groups: readonly Group[]
}

/** Lines without their ends. */
export interface AccountLines {
  readonly passwd: readonly string[]
  readonly group: readonly string[]
  readonly shadow: readonly string[]
}

const secondsPerDay = 86_400
const shadowGroup = 42

/** The users and groups of some recipes, the lowest first; a later recipe changes an earlier one's of the same name. */
export function accountsOf(links: readonly RecipeLink[]): Accounts {
  const users = new Map(links.flatMap(({ recipe }) => recipe.users ?? []).map((user) => [user.name, user]))
  const groups = new Map(links.flatMap(({ recipe }) => recipe.groups ?? []).map((group) => [group.name, group]))
  for (const { name, uid, gid = uid } of users.values()) {
    const hasGroup = [...groups.values()].some((group) => group.gid === gid)
    if (!hasGroup && !groups.has(name)) groups.set(name, { name, gid })
  }
  return { users: [...users.values()], groups: [...groups.values()] }
}

/** The lines of passwd(5), group(5) and shadow(5) for users and groups. Nobody can log in with a password. */
export function accountLines({ users, groups }: Accounts, dateSeconds: number): AccountLines {
  const day = Math.floor(dateSeconds / secondsPerDay)
  return {
    passwd: users.map(
      ({ name, uid, gid = uid, home = '/nonexistent', shell = '/usr/sbin/nologin', comment = '' }) =>
        `${name}:x:${uid}:${gid}:${comment}:${home}:${shell}`,
    ),
    group: groups.map(({ name, gid, members = [] }) => `${name}:x:${gid}:${members.join(',')}`),
    shadow: users.map(({ name }) => `${name}:*:${day}:0:99999:7:::`),
  }
}

/** The files of users and groups, in a layer whose recipe has some. */
export const accounts: Provider = ({ links, dateSeconds }) => {
  const recipe = links.at(-1)?.recipe
  if (recipe?.users === undefined && recipe?.groups === undefined) return []
  const { passwd, group, shadow } = accountLines(accountsOf(links), dateSeconds)
  return [
    textFile('etc/passwd', joined(passwd)),
    textFile('etc/group', joined(group)),
    textFile('etc/shadow', joined(shadow), 0o640, shadowGroup),
  ]
}

function joined(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}
