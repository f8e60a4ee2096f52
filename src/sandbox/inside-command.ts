import { fileURLToPath } from 'node:url'
import type { ProcessSpec } from './process-spec.ts'
import { grantedCapabilities } from './root/granted-capabilities.ts'
import { compileFilter } from './seccomp/filter.ts'
import type { JoinMessage } from './own/message.ts'

/** Starts our program that becomes a process in namespaces; the file of an `InsideMessage` follows. */
export const insideCommand: readonly string[] = [
  process.execPath,
  fileURLToPath(new URL('./inside-process.ts', import.meta.url)),
]

/** What that program is told in any case. */
export function programMessage(
  spec: ProcessSpec,
  files: { readonly pid: string; readonly log: string },
): Omit<JoinMessage, 'kind' | 'mountNamespace'> {
  const capabilities = grantedCapabilities(spec)
  const filter = spec.isPrivileged ? undefined : compileFilter(capabilities, process.arch)
  const { uid, gid, additionalGids } = spec.user
  return {
    arguments: [...spec.arguments],
    environment: [...spec.environment].map(([name, value]) => `${name}=${value}`),
    workingDirectory: spec.workingDirectory,
    user: { uid, gid, additionalGids: [...additionalGids] },
    capabilities: [...capabilities],
    ulimits: spec.limits.ulimits.map(({ name, soft, hard }) => ({ name, soft: finite(soft), hard: finite(hard) })),
    filter: filter === undefined ? '' : Buffer.from(filter).toString('base64'),
    hasTerminal: spec.terminal !== undefined,
    logFile: files.log,
    pidFile: files.pid,
  }
}

/** JSON has no Infinity. */
function finite(value: number): number | null {
  return value === Infinity ? null : value
}
