import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { delimiter, join } from 'node:path'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { temporaryDirectory } from '../../src/std/temporary.ts'

const execute = promisify(execFile)

/** A program that loads, pushes, pulls and runs images, with storage of its own that goes with it. */
export interface Engine extends AsyncDisposable {
  /** Runs it with these arguments. @returns its standard output. @throws with its standard error when it fails. */
  run(...args: readonly string[]): Promise<string>
  /** Variables by which its own client, started by somebody else, finds it and its storage. */
  readonly environment: Readonly<Record<string, string>>
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
  const storage = join(folder.path, 'storage.conf')
  const lines = ['[storage]', 'driver = "vfs"', `graphroot = "${folder.path}/root"`, `runroot = "${folder.path}/run"`]
  await writeFile(storage, lines.join('\n'))
  // The machine's own limits may be lower than those that podman asks for.
  const limits = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=1024:1024']
  return {
    run,
    environment: { CONTAINERS_STORAGE_CONF: storage },
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
    // Also when this process is killed, its daemon ends.
    'setpriv',
    [
      ...['--pdeathsig', 'TERM', 'dockerd'],
      ...['--host', socket, '--pidfile', join(folder.path, 'docker.pid')],
      ...['--data-root', join(folder.path, 'data'), '--exec-root', join(folder.path, 'exec')],
      ...['--iptables=false', '--ip6tables=false', '--bridge=none', '--insecure-registry', '127.0.0.0/8'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  await started(daemon, 'API listen on')
  const run = async (...args: readonly string[]): Promise<string> =>
    output('docker', ['--config', join(folder.path, 'config'), '--host', socket, ...args])
  return {
    run,
    environment: { DOCKER_HOST: socket, DOCKER_CONFIG: join(folder.path, 'config') },
    runImage: (name, ...command) => run('run', '--rm', '--network', 'none', name, ...command),
    async [Symbol.asyncDispose]() {
      await end(daemon)
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Debian's containerd with a storage and sockets of its own, and its client. What `pull` is given may need `--plain-http`. */
export async function startContainerd(): Promise<Engine> {
  const folder = await temporaryDirectory()
  const socket = join(folder.path, 'containerd.sock')
  const configuration = join(folder.path, 'config.toml')
  const lines = [
    ...['version = 2', `root = "${folder.path}/root"`, `state = "${folder.path}/state"`],
    'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
    ...['[grpc]', `address = "${socket}"`, '[ttrpc]', `address = "${socket}.ttrpc"`],
  ]
  await writeFile(configuration, lines.join('\n'))
  const daemon = spawn('containerd', ['--config', configuration], { stdio: ['ignore', 'ignore', 'pipe'] })
  await started(daemon, 'containerd successfully booted')
  const ctr = async (...args: readonly string[]): Promise<string> =>
    output('ctr', ['--address', socket, '--namespace', 'wherry', ...args])
  let containers = 0
  return {
    run: (...args) => ctr('image', ...args),
    environment: { CONTAINERD_ADDRESS: socket, CONTAINERD_NAMESPACE: 'wherry' },
    runImage: (name, ...command) => ctr('run', '--rm', name, `${process.pid}-${(containers += 1)}`, ...command),
    async [Symbol.asyncDispose]() {
      await end(daemon)
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** A daemon whose standard error is read. */
type Daemon = ChildProcessByStdio<null, null, Readable>

/** Waits until a daemon says that it is there. @throws with its last lines when it ends before. */
async function started(daemon: Daemon, ready: string): Promise<void> {
  const said: string[] = []
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: daemon.stderr }).on('line', (line) => {
      said.push(line)
      if (said.length > 20) said.shift()
      if (line.includes(ready)) resolve()
    })
    daemon.once('exit', () => reject(new Error(`${daemon.spawnfile} ended:\n${said.join('\n')}`)))
    daemon.once('error', reject)
  })
}

async function end(daemon: Daemon): Promise<void> {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return
  const ended = once(daemon, 'exit')
  daemon.kill('SIGTERM')
  await ended
}

/** Runs a program to its end. @returns its standard output. @throws with its standard error when it fails. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args, { maxBuffer: 64 * 1024 * 1024 })
  return stdout
}
