import { readFileSync } from 'node:fs'
import { readUlimit } from '../../std/syscalls-limits.ts'
import { SandboxError } from '../errors.ts'
import type { Ulimit } from '../process-spec.ts'
import type { UserNamespace } from './user-namespace.ts'

/** Whether the kernel will take these: root of the machine alone may raise a hard limit. @throws SandboxError `cannot-start` */
export function checkUlimits(ulimits: readonly Ulimit[], { isInitial }: UserNamespace): void {
  for (const { name, hard } of ulimits) {
    const own = isInitial ? Infinity : readUlimit(name).hard
    const most = name === 'nofile' ? Math.min(own, Number(readFileSync('/proc/sys/fs/nr_open', 'utf8'))) : own
    if (hard <= most) continue
    const asked = hard === Infinity ? 'unlimited' : hard
    throw new SandboxError('cannot-start', `the limit ${name}=${asked} is above the ${most} that are allowed here`, {
      hint: isInitial
        ? 'Give a lower one, or raise fs.nr_open by sysctl.'
        : 'Give a lower one: without root no limit can be raised. See ulimit -H -a.',
    })
  }
}
