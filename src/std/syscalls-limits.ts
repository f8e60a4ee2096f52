import { callChecked } from './syscalls/library.ts'

/** Limits of a process by the names of Docker's `--ulimit`, with the kernel's numbers (asm-generic/resource.h). */
const resources = {
  cpu: 0,
  fsize: 1,
  data: 2,
  stack: 3,
  core: 4,
  rss: 5,
  nproc: 6,
  nofile: 7,
  memlock: 8,
  locks: 10,
  sigpending: 11,
  msgqueue: 12,
  nice: 13,
  rtprio: 14,
  rttime: 15,
} as const

/** One of {@link ulimitNames}. */
export type UlimitName = keyof typeof resources

/** Every limit that has a name. */
export const ulimitNames: readonly [UlimitName, ...UlimitName[]] = [
  ...(['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice'] as const),
  ...(['nofile', 'nproc', 'rss', 'rtprio', 'rttime', 'sigpending', 'stack'] as const),
]

const noLimit = 0xffff_ffff_ffff_ffffn

/** getrlimit(2) of this process; Infinity is no limit. @throws SystemCallError */
export function readUlimit(name: UlimitName): { readonly soft: number; readonly hard: number } {
  const limits = Buffer.alloc(16)
  callChecked('getrlimit', name, resources[name], limits)
  const [soft, hard] = [limits.readBigUInt64LE(0), limits.readBigUInt64LE(8)]
  return { soft: soft === noLimit ? Infinity : Number(soft), hard: hard === noLimit ? Infinity : Number(hard) }
}

/** setrlimit(2) of this process. @throws SystemCallError `EPERM` for more than is allowed, `EINVAL` */
export function setUlimit(name: UlimitName, { soft, hard }: { readonly soft: number; readonly hard: number }): void {
  const limits = Buffer.alloc(16)
  limits.writeBigUInt64LE(soft === Infinity ? noLimit : BigInt(soft), 0)
  limits.writeBigUInt64LE(hard === Infinity ? noLimit : BigInt(hard), 8)
  callChecked('setrlimit', name, resources[name], limits)
}
