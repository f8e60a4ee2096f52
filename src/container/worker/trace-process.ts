import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { findProgram, findRuntime } from '../../sandbox/find-runtime.ts'
import { systemErrorCode } from '../../std/errors.ts'
import { formatSize } from '../../std/format-size.ts'
import type { Job } from '../../std/job.ts'
import { ContainerError } from '../errors.ts'
import { TraceReader } from './parse-trace.ts'

/** A container's process under strace(1), which runs the runtime, so that the image needs nothing. */
export interface ProcessTrace {
  /** What runs the runtime. */
  readonly wrapper: readonly string[]
  /** When everything has ended. */
  missing(process: { readonly pid: number; readonly workingDirectory: string }, job: Job): Promise<readonly string[]>
}

/** Of some 100 bytes a call, half a million calls. */
const traceBytesMax = 64 * 1024 * 1024

/**
 * A trace that takes no more than so much of the disk: what is looked for after that is not known, and a notice says so.
 *
 * @throws ContainerError `cannot-observe` where strace is not installed
 */
export function openTrace(scratchDirectory: string, bytesMax = traceBytesMax): ProcessTrace {
  const { PATH: searchPath = '', WHERRY_RUNTIME: runtime } = process.env
  const program = findProgram('strace', searchPath)
  if (program === undefined) throw new ContainerError('cannot-observe', 'strace(1) is not installed')
  const file = join(scratchDirectory, 'trace')
  const calls = 'trace=%file,fchdir,clone,?clone3,?fork,?vfork'
  const programsBefore = findRuntime(runtime, searchPath).name === 'util-linux' ? 1 : 0
  return {
    wrapper: [
      program,
      '-f',
      '-y',
      '-qqq',
      '-e',
      calls,
      '-e',
      'signal=none',
      '-o',
      `|${keepingFirst(bytesMax, file)}`,
      '--',
    ],
    async missing(process, job) {
      const reader = new TraceReader({ ...process, programsBefore })
      try {
        await using handle = await open(file)
        if ((await handle.stat()).size >= bytesMax) {
          const message = `of what the app looks for in vain, only the first ${formatSize(bytesMax)} of the trace are known`
          job.emit({ type: 'notice', level: 'warning', message })
        }
        for await (const line of handle.readLines({ encoding: 'utf8', signal: job.signal })) reader.add(line)
      } catch (error) {
        job.signal.throwIfAborted()
        if (systemErrorCode(error) !== 'ENOENT') throw error
      }
      return reader.missing
    },
  }
}

/** A command of a shell that writes the beginning of its input to a file, and reads on, so that nobody has to wait or gets SIGPIPE. */
function keepingFirst(bytesMax: number, file: string): string {
  return `{ head -c ${bytesMax} > '${file.replaceAll("'", "'\\''")}'; cat; } > /dev/null 2>&1`
}
