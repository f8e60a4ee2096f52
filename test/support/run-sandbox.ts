import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSandbox } from './build-sandbox.ts'
import { commandSandbox, type CommandSandbox } from './command.ts'

const program = fileURLToPath(new URL('../../bin/wherry.js', import.meta.url))

/** A process of the command that is still running. */
export interface RunningCommand {
  readonly child: ChildProcess
  /** Resolves when standard output holds the text. */
  said(text: string): Promise<void>
  /** How it ended. */
  readonly ended: Promise<{ readonly status: number | null; readonly stdout: string; readonly stderr: string }>
}

/** A store with `base:1` in it, a busybox with a user ada, on which the real command is run. */
export interface RunSandbox extends CommandSandbox {
  /** Puts an image into the store. */
  image(name: string, dockerfile: string): Promise<void>
  /** Starts the command, for tests that do something meanwhile. */
  begin(...words: readonly string[]): RunningCommand
  /** What is there that should be gone when nothing runs: folders of what ran. */
  leftFolders(): readonly string[]
}

export async function runSandbox(): Promise<RunSandbox> {
  const sandbox = await commandSandbox()
  const builder = await buildSandbox({ storePath: sandbox.storePath })
  const own = join(sandbox.storePath, '.wherry')
  return {
    ...sandbox,
    async image(name, dockerfile) {
      const { status, said } = await builder.build(dockerfile, '-t', name)
      assert.equal(status, 0, said)
    },
    begin: (...words) => beginCommand(sandbox, words),
    leftFolders: () =>
      ['scratch', 'containers'].flatMap((name) =>
        readNames(join(own, name)).filter((each) => each !== 'lock' && !each.endsWith('.lock')),
      ),
    async [Symbol.asyncDispose]() {
      await builder[Symbol.asyncDispose]()
      await sandbox[Symbol.asyncDispose]()
    },
  }
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function beginCommand(sandbox: CommandSandbox, words: readonly string[]): RunningCommand {
  const child = spawn(process.execPath, [program, ...words], {
    cwd: sandbox.path,
    env: sandbox.environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  const waiting = new Set<() => void>()
  const changed = (): void => waiting.forEach((look) => look())
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    stdout += chunk
    changed()
  })
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk))
  const ended = once(child, 'close').then(() => {
    changed()
    return { status: child.exitCode, stdout, stderr }
  })
  return {
    child,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (stdout.includes(text)) resolve()
          else if (child.exitCode !== null) reject(new Error(`it ended before it said ${text}: ${stdout}${stderr}`))
          else return
          waiting.delete(look)
        }
        waiting.add(look)
        look()
      }),
  }
}

/** The processes of this machine whose command line holds a text. */
export function processesWith(text: string): readonly string[] {
  return readNames('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return []
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return line.includes(text) ? [line] : []
    } catch {
      return []
    }
  })
}
