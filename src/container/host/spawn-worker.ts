import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { wholeSearchPath } from '../../sandbox/find-runtime.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import { ContainerError } from '../errors.ts'
import { Connection } from './connection.ts'
import { chooseNamespaces, type NamespaceForm } from './namespaces.ts'

/** A process of our own in namespaces of its own. */
export interface WorkerProcess extends AsyncDisposable {
  readonly connection: Connection
  readonly namespaces: NamespaceForm
}

const program = fileURLToPath(new URL('../container-worker.ts', import.meta.url))
const saidCharactersMax = 64 * 1024

/**
 * Starts it. It ends with this process, however this one ends: it is the first process of its PID namespace, so everything in there
 * ends with it, and the kernel takes its mounts back.
 *
 * @throws ContainerError `no-namespaces`, `host-ended`
 */
export async function spawnWorker(
  settings: { readonly layersDirectory: string; readonly scratchDirectory: string },
  job: Job,
): Promise<WorkerProcess> {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const namespaces = chooseNamespaces()
  const words = ['--pdeathsig', 'KILL', 'unshare', ...namespaces.unshare, process.execPath, program]
  // A session of its own: Ctrl-C is for us, and we tell it what to end.
  const child = spawn('setpriv', words, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    detached: true,
    env: { ...process.env, ...compiledCode(), PATH: wholeSearchPath(process.env['PATH'] ?? '') },
  })
  let said = ''
  const { stderr } = child
  assert(stderr !== null, 'there is a pipe for it')
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = `${said}${chunk}`.slice(-saidCharactersMax)
  })
  const connection = new Connection(child, (level, message) => job.emit({ type: 'notice', level, message }))
  const exited = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      connection.end(endedError(why, said))
      resolve()
    }
    child.once('error', (error) => end(error.message))
    // Of a child that was disconnected from here, Node tells the exit only, and not that all is closed.
    child.once('exit', (status, signal) => {
      const why = `it ended with ${signal ?? `status ${status}`}`
      if (stderr.closed) end(why)
      else stderr.once('close', () => end(why))
    })
  })
  const ready = once(child, 'message')
  await Promise.race([ready, exited.then(() => Promise.reject(endedError('it did not start', said)))])
  connection.send({ type: 'settings', ...settings, limits: job.limits })
  return { connection, namespaces, [Symbol.asyncDispose]: () => endWorker(child, exited) }
}

/** Compiled code is kept where this process keeps it, if it does (module.enableCompileCache). */
function compiledCode(): NodeJS.ProcessEnv {
  const directory = process.getBuiltinModule('node:module').getCompileCacheDir()
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: dirname(directory) }
}

async function endWorker(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.connected) child.disconnect()
  else child.kill('SIGKILL')
  await exited
}

function endedError(why: string, said: string): ContainerError {
  const text = said.trim()
  const message = `the process that holds the containers failed: ${why}${text === '' ? '' : `\n${text}`}`
  return new ContainerError('host-ended', message)
}
