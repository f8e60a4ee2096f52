import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join, posix } from 'node:path'
import { homeOf } from '../image/user.ts'
import type { Job } from '../std/job.ts'
import { SandboxError } from './errors.ts'
import { prepareRoot } from './files/prepare-root.ts'
import { findRuntime, type FoundRuntime } from './find-runtime.ts'
import { openPrivateNetwork, resolverInside } from './network/private-network.ts'
import { checkProgram } from './root/check-program.ts'
import { checkUlimits } from './root/check-ulimits.ts'
import { inCgroups } from './cgroups/enter-cgroup.ts'
import { openCgroup } from './cgroups/open-cgroup.ts'
import { unmount } from '../std/syscalls-mount.ts'
import { hideUnusedCgroups } from './oci/hide-unused-cgroups.ts'
import { mountReadOnlyRoot, readOnlyRootName } from './oci/read-only-root.ts'
import { protectsDevices, runtimeConfig, type RuntimeConfigParts } from './oci/runtime-config.ts'
import { runtimeCommand } from './oci/runtime-command.ts'
import { ownCommand } from './own-command.ts'
import { runnerFiles, startRunner, type RunnerFiles } from './run/start-runner.ts'
import type { ExitResult, ProcessSpec, ProcessStreams, RunningProcess } from './process-spec.ts'
import { readPasswd } from './root/read-passwd.ts'
import { readUserNamespace, type UserNamespace } from './root/user-namespace.ts'

/** What is needed to run processes, beside what each of them is. */
export interface SandboxOptions {
  /** For small files; made where it is not there. What a process needed is deleted when it ends. */
  readonly scratchDirectory: string
  /** Of the program, for `PATH` and `WHERRY_RUNTIME`. */
  readonly environment: NodeJS.ProcessEnv
  /** A command that runs the runtime, such as strace(1). None unless told. */
  readonly wrapper?: readonly string[] | undefined
  /** Called when this process has looked into the root for the last time. */
  readonly onPrepared?: (() => void) | undefined
}

/**
 * Starts one process in one root file system. To be called in a process that has a mount namespace of its own, and the right to mount in
 * it: as the machine's root or as root of a user namespace.
 *
 * @param rootfs the absolute path of a directory that is a mount point and can be written to. No link in it is followed out of it.
 * @throws SandboxError `no-sandbox`, `cannot-start`, `no-such-program`; what is only found later is thrown by
 * {@link RunningProcess.ended}.
 */
export async function startProcess(
  asked: ProcessSpec,
  rootfs: string,
  streams: ProcessStreams,
  options: SandboxOptions,
  job: Job,
): Promise<RunningProcess> {
  job.signal.throwIfAborted()
  const searchPath = options.environment['PATH'] ?? ''
  const runtime = findRuntime(options.environment['WHERRY_RUNTIME'], searchPath)
  const userNamespace = readUserNamespace()
  const spec = completeSpec(asked, rootfs)
  checkUser(spec, userNamespace)
  checkUlimits(spec.limits.ulimits, userNamespace)
  mkdirSync(options.scratchDirectory, { recursive: true })
  const scratch = mkdtempSync(join(options.scratchDirectory, 'process-'))
  await using opened = new AsyncDisposableStack()
  opened.defer(() => removeScratch(scratch))
  const resolver = spec.network === 'private' ? resolverInside(searchPath) : undefined
  const { mounts, mountPoints } = prepareRoot(spec, rootfs, scratch, resolver)
  checkProgram(spec, rootfs, mounts)
  const network =
    spec.network === 'private' && spec.sharedNetwork === undefined
      ? opened.use(await openPrivateNetwork(spec.publishedPorts, scratch, searchPath, job))
      : undefined
  const cgroup = openCgroup(spec, runtime.name, userNamespace, job)
  opened.defer(() => cgroup?.remove())
  const networkNamespace = spec.sharedNetwork ?? network?.namespaceFile
  const parts = { spec, rootfs, mounts, userNamespace, networkNamespace, cgroup, searchPath }
  const files = runnerFiles(scratch)
  const wrapped = [...(options.wrapper ?? []), ...commandOf(runtime, parts, scratch, files)]
  const command = inCgroups(cgroup?.directories ?? [], wrapped)
  options.onPrepared?.()
  const call = { name: runtime.name, command, files, spec, streams, hasOwnSession: spec.terminal === undefined }
  const { ended, ...running } = startRunner(call, job)
  const held = opened.move()
  return { ...running, mountPoints, isLimited: cgroup !== undefined, ended: endedAndClosed(ended, held) }
}

async function endedAndClosed(ended: Promise<ExitResult>, held: AsyncDisposableStack): Promise<ExitResult> {
  try {
    return await ended
  } finally {
    await held.disposeAsync()
  }
}

/** As Docker completes it: a plain working directory, and the user's home. */
function completeSpec(spec: ProcessSpec, rootfs: string): ProcessSpec {
  const { environment } = spec
  const home = environment.has('HOME') ? undefined : homeOf(spec.user.uid, { passwd: readPasswd(rootfs), group: '' })
  return {
    ...spec,
    workingDirectory: posix.resolve('/', spec.workingDirectory),
    environment: home === undefined ? environment : new Map([...environment, ['HOME', home]]),
  }
}

/** What is mounted, such as a network namespace, keeps its directory. */
function removeScratch(scratch: string): void {
  for (const name of ['pasta', 'slirp4netns', readOnlyRootName]) {
    try {
      unmount(join(scratch, name))
    } catch {
      // There was none.
    }
  }
  rmSync(scratch, { recursive: true, force: true })
}

function commandOf(
  { name, program }: FoundRuntime,
  parts: RuntimeConfigParts,
  scratch: string,
  files: RunnerFiles,
): readonly string[] {
  if (name === 'util-linux') return ownCommand(program, parts, scratch, files)
  if (name === 'crun') hideUnusedCgroups()
  const config = runtimeConfig(name === 'runc' ? withReadOnlyRoot(parts, scratch) : parts, name)
  const hasTerminal = parts.spec.terminal !== undefined
  return runtimeCommand({ name, program, config, scratch, files, hasTerminal })
}

/** For a runtime that would make its root read-only itself, and lets devices be opened then. */
function withReadOnlyRoot(parts: RuntimeConfigParts, scratch: string): RuntimeConfigParts {
  if (!parts.spec.isRootReadOnly || !protectsDevices(parts)) return parts
  const rootfs = mountReadOnlyRoot(parts.rootfs, scratch)
  return { ...parts, rootfs, spec: { ...parts.spec, isRootReadOnly: false } }
}

function checkUser({ user }: ProcessSpec, { hasUid, hasGid }: UserNamespace): void {
  if (hasUid(user.uid) && hasGid(user.gid)) return
  throw new SandboxError(
    'cannot-start',
    `the user ${user.uid}:${user.gid} does not exist here: this user has no range of IDs for it`,
    {
      hint: 'wherry doctor says how to get IDs in /etc/subuid and /etc/subgid.',
    },
  )
}
