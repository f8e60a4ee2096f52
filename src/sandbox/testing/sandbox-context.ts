import { spawn, type ChildProcess } from 'node:child_process'
import {
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { assert } from '../../std/assert.ts'
import { temporaryDirectory } from '../../std/temporary.ts'
import { findProgram, type RuntimeName } from '../find-runtime.ts'
import type { ProcessQuestion, SandboxAnswer } from './sandbox-question.ts'
import { nobody, userWithRanges } from '../../../test/support/unprivileged-users.ts'

/** Who runs the sandbox: the machine's root, or a user with further IDs, or one with none. */
export const privileges = ['root', 'ranges', 'single'] as const
export type Privilege = (typeof privileges)[number]

/** A root with busybox in it, in which processes are run. */
export interface SandboxContext extends AsyncDisposable {
  readonly rootfs: string
  /** Beside the root: for what tests mount. */
  readonly directory: string
  /** Makes files that belong to whoever runs the sandbox. */
  write(path: string, content: string, mode?: number): void
  /** Makes a directory that belongs to whoever runs the sandbox. */
  makeDirectory(path: string): void
  ask(question: ProcessQuestion): Promise<SandboxAnswer>
  /** Starts it only. */
  start(question: ProcessQuestion): ChildProcess
}

const program = fileURLToPath(new URL('./run-process.ts', import.meta.url))
const own = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child=KILL', '--mount-proc']
const mapped = { root: [], ranges: ['--user', '--map-auto', '--map-root-user'], single: ['--user', '--map-root-user'] }
const busybox = '/bin/busybox'

/** Why processes cannot be run so here; false where they can. */
export function sandboxSkipReason(runtime: RuntimeName, privilege: Privilege): string | false {
  if (process.getuid?.() !== 0) return 'it takes root, to become each of the users'
  if (!existsSync(busybox)) return 'busybox-static is not installed'
  const needed = runtime === 'util-linux' ? 'unshare' : runtime
  if (findProgram(needed, process.env['PATH'] ?? '') === undefined) return `${needed} is not installed`
  if (privilege === 'ranges' && userWithRanges() === undefined) return 'no user of this machine has IDs in /etc/subuid'
  if (privilege === 'ranges' && findProgram('newuidmap', process.env['PATH'] ?? '') === undefined)
    return 'newuidmap is not installed'
  return false
}

export async function sandboxContext(runtime: RuntimeName, privilege: Privilege): Promise<SandboxContext> {
  const temporary = await temporaryDirectory()
  const [rootfs, scratch] = [join(temporary.path, 'root'), join(temporary.path, 'scratch')]
  const user = privilege === 'root' ? undefined : privilege === 'ranges' ? userWithRanges() : nobody
  const give = (path: string): void => {
    if (user !== undefined) chownSync(path, user.uid, user.gid)
  }
  give(temporary.path)
  for (const path of [rootfs, join(rootfs, 'bin'), scratch]) {
    mkdirSync(path)
    give(path)
  }
  placeBusybox(join(rootfs, 'bin/busybox'))
  for (const name of applets) symlinkSync('busybox', join(rootfs, 'bin', name))
  const identity = user === undefined ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups']
  const start = (question: ProcessQuestion): ChildProcess => {
    const file = join(temporary.path, `question-${(questions += 1)}.json`)
    writeFileSync(file, JSON.stringify({ ...question, runtime, rootfs, scratch }))
    const words = ['unshare', ...mapped[privilege], ...own, process.execPath, program, file]
    // The last one is a directory that was left open by mistake.
    const leaked = openSync('/', constants.O_RDONLY)
    try {
      const stdio = ['ignore', 'pipe', 'inherit', 'ignore', 'ignore', 'ignore', 'ignore', leaked] as const
      return spawn('setpriv', [...identity, '--', ...words], { stdio: [...stdio] })
    } finally {
      closeSync(leaked)
    }
  }
  return {
    rootfs,
    directory: temporary.path,
    write(path, content, mode = 0o644) {
      writeFileSync(path, content, { mode })
      give(path)
    },
    makeDirectory(path) {
      mkdirSync(path)
      give(path)
    },
    start,
    async ask(question) {
      const child = start(question)
      assert(child.stdout !== null, 'standard output is a pipe')
      const lines = (await text(child.stdout)).trim().split('\n')
      return JSON.parse(lines.at(-1) ?? '')
    },
    [Symbol.asyncDispose]: () => temporary[Symbol.asyncDispose](),
  }
}

let questions = 0
const applets =
  'sh cat echo env grep hostname httpd id ifconfig kill ln ls mkdir mknod mount nc ps pwd readlink rm sleep stat stty touch trap true tty umount unshare wc'.split(
    ' ',
  )

function placeBusybox(path: string): void {
  try {
    linkSync(busybox, path)
  } catch {
    copyFileSync(busybox, path)
  }
}

/** The names in a directory, sorted. */
export function namesIn(path: string): readonly string[] {
  return readdirSync(path).toSorted()
}
