import { readFileSync } from 'node:fs'

/** A range of IDs that this user namespace has: user_namespaces(7). */
interface IdRange {
  readonly first: number
  readonly count: number
}

/** What the user namespace of this process allows. */
export interface UserNamespace {
  /** It is the machine's own: root in it is root. */
  readonly isInitial: boolean
  readonly hasUid: (uid: number) => boolean
  readonly hasGid: (gid: number) => boolean
  /** Whether processes can have additional groups. */
  readonly allowsGroups: boolean
}

const allIds = 4_294_967_295

/** Reads it from /proc. */
export function readUserNamespace(): UserNamespace {
  const [uids, gids] = [readRanges('/proc/self/uid_map'), readRanges('/proc/self/gid_map')]
  const [only] = uids
  return {
    isInitial: uids.length === 1 && only?.first === 0 && only.count === allIds,
    hasUid: (uid) => isIn(uids, uid),
    hasGid: (gid) => isIn(gids, gid),
    allowsGroups: readFileSync('/proc/self/setgroups', 'utf8').trim() === 'allow',
  }
}

function readRanges(path: string): readonly IdRange[] {
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const [first, , count] = line.trim().split(/\s+/).map(Number)
    return { first: first ?? 0, count: count ?? 0 }
  })
}

function isIn(ranges: readonly IdRange[], id: number): boolean {
  return ranges.some(({ first, count }) => id >= first && id < first + count)
}
