import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { temporaryDirectory } from '../../src/std/temporary.ts'

const execute = promisify(execFile)

/** A program that loads, pushes, pulls and runs images, with storage of its own that goes with it. */
export interface Engine extends AsyncDisposable {
  /** Runs it with these arguments. @returns its standard output. @throws with its standard error when it fails. */
  run(...args: readonly string[]): Promise<string>
  /** Runs an image's command, without a network. @returns what it printed. */
  runImage(name: string, ...command: readonly string[]): Promise<string>
}

/** Why a program's tests cannot run here, as the `skip` option of a test; false where they can. */
export function skipUnlessInstalled(...programs: readonly string[]): string | false {
  const missing = programs.filter((program) => !isInstalled(program))
  if (missing.length > 0) return `${missing.join(', ')}: not installed`
  return false
}

/** The same for programs that need root to run containers. */
export function skipUnlessRoot(...programs: readonly string[]): string | false {
  if (process.getuid?.() !== 0) return `${programs.join(', ')}: only root can run containers with them here`
  return skipUnlessInstalled(...programs)
}

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, program)))
}

/** podman with a storage of its own. Plain HTTP is allowed to it. */
export async function startPodman(): Promise<Engine> {
  const folder = await temporaryDirectory()
  const options = [
    ...['--root', join(folder.path, 'root'), '--runroot', join(folder.path, 'run'), '--storage-driver', 'vfs'],
    ...['--runtime', 'runc', '--cgroup-manager', 'cgroupfs'],
  ]
  const run = async (...args: readonly string[]): Promise<string> => output('podman', [...options, ...args])
  // The machine's own limits may be lower than those that podman asks for.
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024']
  return {
    run,
    runImage: (name, ...command) => run('run', '--rm', '--network', 'none', ...limits, name, ...command),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}

/** Debian's Docker daemon with a storage, a socket and a configuration of its own, and its client. */
export async function startDocker(): Promise<Engine> {
  const folder = await temporaryDirectory()
  const socket = `unix://${join(folder.path, 'docker.sock')}`
  await mkdir(join(folder.path, 'config'))
  const daemon = spawn(
    'dockerd',
    [
      ...['--host', socket, '--pidfile', join(folder.path, 'docker.pid')],
      ...['--data-root', join(folder.path, 'data'), '--exec-root', join(folder.path, 'exec')],
      ...['--iptables=false', '--ip6tables=false', '--bridge=none', '--insecure-registry', '127.0.0.0/8'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const lines = createInterface({ input: daemon.stderr })
  const said: string[] = []
  const ended = once(daemon, 'exit').then(() => {
    throw new Error(`dockerd ended:\n${said.slice(-20).join('\n')}`)
  })
  const ready = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      said.push(line)
      if (line.includes('API listen on')) resolve()
    })
  })
  await Promise.race([ready, ended])
  const run = async (...args: readonly string[]): Promise<string> =>
    output('docker', ['--config', join(folder.path, 'config'), '--host', socket, ...args])
  return {
    run,
    runImage: (name, ...command) => run('run', '--rm', '--network', 'none', name, ...command),
    async [Symbol.asyncDispose]() {
      daemon.kill('SIGTERM')
      await ended.catch(() => undefined)
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Runs a program to its end. @returns its standard output. @throws with its standard error when it fails. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args, { maxBuffer: 64 * 1024 * 1024 })
  return stdout
}
