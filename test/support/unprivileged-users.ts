import { existsSync, readFileSync } from 'node:fs'
import { skipUnlessRoot } from './engines.ts'

/** Somebody of this machine who is not root. */
export interface UnprivilegedUser {
  readonly uid: number
  readonly gid: number
}

/** The user without rights, and without any further IDs. */
export const nobody: UnprivilegedUser = { uid: 65_534, gid: 65_534 }

/** A user of this machine that has subordinate IDs. */
export function userWithRanges(): UnprivilegedUser | undefined {
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
  const names = new Set(
    read('/etc/subuid')
      .split('\n')
      .map((line) => line.split(':')[0]),
  )
  const accounts = read('/etc/passwd')
    .split('\n')
    .map((line) => line.split(':'))
  const found = accounts.find(([name, , uid]) => names.has(name) && uid !== '0')
  return found === undefined ? undefined : { uid: Number(found[2]), gid: Number(found[3]) }
}

/** Why nothing can be run as a user with further IDs here; false where it can. */
export function rangesSkipReason(): string | false {
  const reason = skipUnlessRoot('crun', 'newuidmap')
  if (reason !== false) return reason
  return userWithRanges() === undefined && 'no user of this machine has IDs in /etc/subuid'
}
