import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync } from 'node:fs'
import { buffer, text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { UnprivilegedUser } from './unprivileged-users.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'

const program = fileURLToPath(new URL('../../bin/wherry.js', import.meta.url))

/** What a run of the command left. */
export interface CommandResult {
  readonly status: number | null
  readonly stdout: string
  readonly stdoutBytes: Uint8Array
  readonly stderr: string
}

/** A home, a store and settings of its own, in which the real command is run as a process. */
export interface CommandSandbox extends AsyncDisposable {
  /** The home folder: for files that the test makes. */
  readonly path: string
  readonly storePath: string
  readonly environment: Readonly<Record<string, string>>
  /** Who runs the command, where that is not who runs the tests. */
  readonly user: UnprivilegedUser | undefined
  /** Starts the command, for tests that end it themselves. What it prints is thrown away. */
  start(...words: readonly string[]): ChildProcess
  /** Runs the command to its end. */
  run(...words: readonly string[]): Promise<CommandResult>
  /** The same with something on standard input. */
  runWithInput(input: Uint8Array | string, ...words: readonly string[]): Promise<CommandResult>
  /** {@link CommandSandbox.run} that must succeed. @returns standard output. */
  succeed(...words: readonly string[]): Promise<string>
}

/** @param user who runs the command; whoever runs the tests unless told. */
export async function commandSandbox(
  settings: Readonly<Record<string, string>> = {},
  user?: UnprivilegedUser,
): Promise<CommandSandbox> {
  const home = await temporaryDirectory()
  if (user !== undefined) chownSync(home.path, user.uid, user.gid)
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home.path,
    // Compiled code is shared by all runs, or else each would compile everything anew.
    XDG_CACHE_HOME:
      user === undefined
        ? (process.env['XDG_CACHE_HOME'] ?? `${process.env['HOME'] ?? home.path}/.cache`)
        : `${home.path}/.cache`,
    DOCKER_CONFIG: `${home.path}/.docker`,
    ...settings,
  }
  const runWithInput = async (input: Uint8Array | string, ...words: readonly string[]): Promise<CommandResult> => {
    const child = spawn(process.execPath, [program, ...words], { cwd: home.path, env: environment, ...user })
    // A command that reads no input may be gone before it is written.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
    const [stdoutBytes, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr), once(child, 'close')])
    return { status: child.exitCode, stdout: stdoutBytes.toString('utf8'), stdoutBytes, stderr }
  }
  return {
    path: home.path,
    storePath: `${home.path}/.local/share/wherry`,
    environment,
    user,
    start: (...words) =>
      spawn(process.execPath, [program, ...words], { cwd: home.path, env: environment, stdio: 'ignore', ...user }),
    run: (...words) => runWithInput('', ...words),
    runWithInput,
    async succeed(...words) {
      const { status, stdout, stderr } = await runWithInput('', ...words)
      assert.equal(status, 0, `wherry ${words.join(' ')}: ${stderr}`)
      return stdout
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}
