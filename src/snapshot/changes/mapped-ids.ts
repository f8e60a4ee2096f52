import { readFileSync } from 'node:fs'

/** Which IDs the user namespace of this process has: user_namespaces(7). */
export interface MappedIds {
  readonly hasUid: (id: number) => boolean
  readonly hasGid: (id: number) => boolean
}

export function readMappedIds(): MappedIds {
  return { hasUid: idsOf('/proc/self/uid_map'), hasGid: idsOf('/proc/self/gid_map') }
}

function idsOf(path: string): (id: number) => boolean {
  const ranges = readFileSync(path, 'latin1')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  return (id) => ranges.some(([first = 0, , count = 0]) => id >= first && id < first + count)
}

/**
 * The owners of a file that lower layers have too. Of those that the user namespace does not have, the file was unpacked as root's, and nobody
 * can have given it away: so it is still theirs.
 */
export function keepOwners<Owned extends { readonly uid: number; readonly gid: number }>(
  file: Owned,
  lower: { readonly uid: number; readonly gid: number } | undefined,
  { hasUid, hasGid }: MappedIds,
): Owned {
  if (lower === undefined || (hasUid(lower.uid) && hasGid(lower.gid))) return file
  return { ...file, uid: hasUid(lower.uid) ? file.uid : lower.uid, gid: hasGid(lower.gid) ? file.gid : lower.gid }
}
