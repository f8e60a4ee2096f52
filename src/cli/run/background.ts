import type { ChildProcess } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { array, parse, string } from 'valibot'
import type { ContainerFolder } from './running/registry.ts'

/** Tells the process in the background which container it is to run: its ID, and its folder. */
const variable = 'WHERRY_BACKGROUND'

/** What such a process was told; undefined for one that somebody has called. */
export function readBackground(
  environment: NodeJS.ProcessEnv,
): { readonly id: string; readonly path: string } | undefined {
  const [, path, id] = /^(.*\/([0-9a-f]{12}))$/s.exec(environment[variable] ?? '') ?? []
  return path === undefined || id === undefined ? undefined : { id, path }
}

/** Tells the caller of `--detach` that there is a process, and what people should know of it. */
export function sayStarted(notices: readonly string[]): void {
  process.send?.(notices)
  process.disconnect?.()
}

/** How it went: what people should know, or what it said before it ended with a status. */
export type Start = { readonly notices: readonly string[] } | { readonly status: number; readonly said: string }

/**
 * Does this very line again in a process of its own, which outlives this one, writes to the container's log, and holds its lock.
 */
export async function startInBackground(
  { path, logPath, lock }: ContainerFolder,
  environment: NodeJS.ProcessEnv,
): Promise<Start> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  await using log = await open(logPath, 'a', 0o600)
  // What is behind `--` is not for Node, which has an --env-file too.
  const child = spawn(process.execPath, [...process.execArgv, '--', ...process.argv.slice(1)], {
    detached: true,
    // The lock is that of the open file: it is held for as long as the other process has it open.
    stdio: ['ignore', log.fd, log.fd, 'ipc', lock.handle.fd],
    env: { ...environment, [variable]: path },
  })
  const notices = await startedOrEnded(child)
  if (notices === undefined) return { status: child.exitCode ?? killedStatus, said: await readFile(logPath, 'utf8') }
  child.unref()
  return { notices }
}

const killedStatus = 137

/** @returns what it says when it has started its process; undefined where it ended before. */
function startedOrEnded(child: ChildProcess): Promise<readonly string[] | undefined> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('message', (message) => resolve(parse(array(string()), message)))
    child.once('exit', () => resolve(undefined))
  })
}
