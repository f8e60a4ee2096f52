import type { ChildProcess } from 'node:child_process'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { wholeSearchPath } from '../../sandbox/find-runtime.ts'
import { assert } from '../../std/assert.ts'
import { ContainerError } from '../errors.ts'
import { chooseNamespaces } from './namespaces.ts'

/*
 * It imports little, so that the process starts while what talks to it is loaded.
 */

/** A process of our own in namespaces of its own. Disposing of it ends it. */
export interface StartedWorker extends AsyncDisposable {
  readonly child: ChildProcess
  /** Resolves when it listens; never where it ends before. */
  readonly ready: Promise<void>
  /** Resolves when it has ended, however it did. */
  readonly ended: Promise<ContainerError>
}

const program = fileURLToPath(new URL('../container-worker.ts', import.meta.url))
const saidCharactersMax = 64 * 1024

/**
 * Starts it. It ends with this process, however this one ends: it is the first process of its PID namespace, so everything in there
 * ends with it, and the kernel takes its mounts back.
 *
 * @throws ContainerError `no-namespaces`
 */
export function startWorker(): StartedWorker {
  const { spawn } = process.getBuiltinModule('node:child_process')
  const words = ['--pdeathsig', 'KILL', 'unshare', ...chooseNamespaces().unshare, process.execPath, program]
  // A session of its own: Ctrl-C is for us, and we tell it what to end.
  const child = spawn('setpriv', words, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    serialization: 'advanced',
    detached: true,
    env: { ...process.env, ...compiledCode(), PATH: wholeSearchPath(process.env['PATH'] ?? '') },
  })
  const ready = new Promise<void>((resolve) => child.once('message', () => resolve()))
  const ended = endOf(child)
  return { child, ready, ended, [Symbol.asyncDispose]: () => endWorker(child, ended) }
}

/** Compiled code is kept where this process keeps it, if it does (module.enableCompileCache). */
function compiledCode(): NodeJS.ProcessEnv {
  const directory = process.getBuiltinModule('node:module').getCompileCacheDir()
  return directory === undefined ? {} : { NODE_COMPILE_CACHE: dirname(directory) }
}

function endOf(child: ChildProcess): Promise<ContainerError> {
  let said = ''
  const { stderr } = child
  assert(stderr !== null, 'there is a pipe for it')
  stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said = `${said}${chunk}`.slice(-saidCharactersMax)
  })
  return new Promise((resolve) => {
    const end = (why: string): void => resolve(endedError(why, said))
    child.once('error', (error) => end(error.message))
    // Of a child that was disconnected from here, Node tells the exit only, and not that all is closed.
    child.once('exit', (status, signal) => {
      const why = `it ended with ${signal ?? `status ${status}`}`
      if (stderr.closed) end(why)
      else stderr.once('close', () => end(why))
    })
  })
}

async function endWorker(child: ChildProcess, ended: StartedWorker['ended']): Promise<void> {
  if (child.connected) child.disconnect()
  else child.kill('SIGKILL')
  await ended
}

function endedError(why: string, said: string): ContainerError {
  const text = said.trim()
  const message = `the process that holds the containers failed: ${why}${text === '' ? '' : `\n${text}`}`
  return new ContainerError('host-ended', message)
}
