import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CommandSandbox } from './command.ts'

const program = fileURLToPath(new URL('../../bin/wherry.js', import.meta.url))

/** Why commands cannot be run on a terminal here; false where they can. */
export const terminalSkipReason: string | false = existsSync('/usr/bin/script') ? false : 'script is not installed'

/** Types something as soon as a text has appeared. */
export interface Reaction {
  readonly after: string
  readonly type: string
}

/** Runs the command on a terminal of its own, of 80 columns, made by script(1). @returns all that was shown, with control sequences. */
export async function runOnTerminal(
  sandbox: CommandSandbox,
  words: readonly string[],
  reactions: readonly Reaction[] = [],
): Promise<{ readonly status: number | null; readonly text: string }> {
  const quoted = [process.execPath, program, ...words].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`)
  const line = `stty cols 80 rows 24; exec ${quoted.join(' ')}`
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    cwd: sandbox.path,
    env: { ...sandbox.environment, TERM: 'xterm', SHELL: '/bin/sh' },
  })
  const waiting = [...reactions]
  let text = ''
  let seen = 0
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
    for (let next = waiting[0]; next !== undefined && text.includes(next.after, seen); next = waiting[0]) {
      seen = text.indexOf(next.after, seen) + next.after.length
      child.stdin.write(next.type)
      waiting.shift()
    }
  })
  await once(child, 'close')
  return { status: child.exitCode, text }
}
