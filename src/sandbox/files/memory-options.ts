import type { SandboxMount } from '../process-spec.ts'

/** What tmpfs is told of a mount of memory (tmpfs(5)). */
export function memoryOptions({
  sizeBytes,
  mode = 0o1777,
  uid,
  gid,
}: Partial<Extract<SandboxMount, { kind: 'tmpfs' }>>): Readonly<Record<string, string>> {
  return {
    mode: mode.toString(8),
    ...(sizeBytes === undefined ? {} : { size: String(sizeBytes) }),
    ...(uid === undefined ? {} : { uid: String(uid) }),
    ...(gid === undefined ? {} : { gid: String(gid) }),
  }
}
