import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { insideCommand, programMessage } from './inside-command.ts'
import { sharedMemorySize } from './files/shared-memory.ts'
import type { RuntimeConfigParts } from './oci/runtime-config.ts'
import type { InsideMessage } from './own/message.ts'

/**
 * The command of the util-linux runtime: unshare(1) makes the namespaces, and a process of ours in them the root. It ends with the
 * process, and the process with it.
 *
 * @param unshare the file of that program.
 */
export function ownCommand(
  unshare: string,
  parts: RuntimeConfigParts,
  scratch: string,
  files: { readonly pid: string; readonly log: string },
): readonly string[] {
  const { spec, networkNamespace } = parts
  const file = join(scratch, 'process.json')
  writeFileSync(file, JSON.stringify(insideMessage(parts, files)))
  const namespaces = ['--mount', '--propagation', 'private', '--uts', '--ipc', '--cgroup', '--pid', '--fork']
  const network = spec.network === 'host' || networkNamespace !== undefined ? [] : ['--net']
  const entered = networkNamespace === undefined ? [] : ['nsenter', `--net=${networkNamespace}`]
  return [...entered, unshare, ...namespaces, ...network, '--kill-child=KILL', ...insideCommand, file]
}

function insideMessage(
  { spec, rootfs, mounts, networkNamespace }: RuntimeConfigParts,
  files: { readonly pid: string; readonly log: string },
): InsideMessage {
  return {
    kind: 'own-root',
    ...programMessage(spec, files),
    rootfs,
    hostname: spec.hostname,
    mounts: [...mounts],
    isPrivileged: spec.isPrivileged,
    isRootReadOnly: spec.isRootReadOnly,
    raisesLoopback: spec.network === 'none' && networkNamespace === undefined,
    sharesNetwork: spec.network === 'host',
    sharedMemorySize: sharedMemorySize(spec),
  }
}
