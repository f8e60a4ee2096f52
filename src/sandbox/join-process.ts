import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '../std/job.ts'
import { SandboxError } from './errors.ts'
import { findProgram } from './find-runtime.ts'
import { insideCommand, programMessage } from './inside-command.ts'
import type { JoinMessage } from './own/message.ts'
import type { ExitResult, ProcessSpec, ProcessStreams } from './process-spec.ts'
import { runnerFiles, startRunner } from './run/start-runner.ts'
import type { SandboxOptions } from './start-process.ts'

const namespaces = { net: '--net', ipc: '--ipc', uts: '--uts', cgroup: '--cgroup', pid: '--pid' } as const

/**
 * Runs a further process to its end, in all namespaces of one that runs, and in its root: the same with each runtime. nsenter(1) enters
 * those that a program of several threads cannot; the mounts are entered by a process of ours, which then becomes the program.
 *
 * @param pid of a process of {@link startProcess}
 * @param spec of that process, with other arguments. Its mounts and its network are there already.
 * @throws SandboxError `no-sandbox`, `cannot-start`
 */
export async function joinProcess(
  pid: number,
  spec: ProcessSpec,
  streams: ProcessStreams,
  options: SandboxOptions,
  job: Job,
): Promise<ExitResult> {
  const nsenter = findProgram('nsenter', options.environment['PATH'] ?? '')
  if (nsenter === undefined) throw new SandboxError('no-sandbox', 'nsenter(1) is not installed')
  mkdirSync(options.scratchDirectory, { recursive: true })
  const scratch = mkdtempSync(join(options.scratchDirectory, 'join-'))
  try {
    const files = runnerFiles(scratch)
    const file = join(scratch, 'process.json')
    const plain: ProcessSpec = { ...spec, terminal: undefined }
    const mountNamespace = `/proc/${pid}/ns/mnt`
    const message: JoinMessage = { kind: 'join', ...programMessage(plain, files), mountNamespace }
    writeFileSync(file, JSON.stringify(message))
    const entered = Object.entries(namespaces).map(([name, option]) => `${option}=/proc/${pid}/ns/${name}`)
    const command = [nsenter, ...entered, '--', ...insideCommand, file]
    return await startRunner({ name: 'nsenter', command, files, spec: plain, streams, hasOwnSession: true }, job).ended
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
