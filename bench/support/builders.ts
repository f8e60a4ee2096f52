import { existsSync } from 'node:fs'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startDocker, type Engine } from '../../test/support/engines.ts'
import { daemonMeter } from './daemon-meter.ts'
import { runChild } from './child.ts'
import type { Cost } from './contest.ts'
import { isInstalled } from './peers.ts'

/** A program that builds images, with storage of its own that goes with it. */
export interface Builder extends AsyncDisposable {
  readonly name: string
  /** Builds a folder under a name. */
  build(folder: string, image: string, compression: 'gzip' | 'zstd'): Promise<Cost>
  push(image: string): Promise<Cost>
  /** Pulls an image that is not there, and runs a first process in it; undefined for a program that runs none. */
  readonly start: ((image: string) => Promise<Cost>) | undefined
  /** Forgets all that it has; bases are there again after it. */
  forget(): Promise<void>
}

/** What a builder is made for. */
export interface BuilderOptions {
  /** Where it may keep what it has. */
  readonly directory: string
  /** The bases that are to be there, by their names in a registry. */
  readonly bases: readonly string[]
  /** After how long a build, a push or a start is ended. */
  readonly limitMs: number
}

/** @param program the command's first file */
export function wherryBuilder(program: string, { directory, bases, limitMs }: BuilderOptions): Builder {
  const store = join(directory, 'wherry')
  const environment = { ...process.env, XDG_CACHE_HOME: join(directory, 'wherry-cache'), HOME: directory }
  const run = (...words: readonly string[]): Promise<Cost> =>
    runChild(process.execPath, [program, '--quiet', '--store', store, ...words], { env: environment, limitMs })
  const forget = async (): Promise<void> => {
    await rm(store, { recursive: true, force: true })
    await rm(join(directory, 'wherry-cache/wherry/mounts'), { recursive: true, force: true })
  }
  return {
    name: 'wherry',
    build: (folder, image, format) => run('build', '--network', 'host', '--compression', format, '-t', image, folder),
    push: (image) => run('push', image),
    start: (image) => run('run', '--network', 'none', image, '/bin/busybox', 'true'),
    async forget() {
      await forget()
      for (const base of bases) {
        await run('pull', base)
        // Docker and buildah unpack what they pull. Here layers are indexed when they are first looked into.
        await run('run', '--network', 'none', base, '/bin/sh', '-c', ':')
      }
    },
    [Symbol.asyncDispose]: forget,
  }
}

/** Debian's own where it is there: later ones build only with a plug-in. */
const dockerClient = existsSync('/usr/bin/docker') ? '/usr/bin/docker' : 'docker'

/** Docker's daemon with BuildKit. Its memory and time are those of its client and of what the daemon takes more. */
async function dockerBuilder({ bases, limitMs }: BuilderOptions): Promise<Builder> {
  const engine: Engine = await startDocker()
  const meter = await daemonMeter(engine.environment)
  const environment = { ...process.env, ...engine.environment, DOCKER_BUILDKIT: '1' }
  const run = (...words: readonly string[]): Promise<Cost> =>
    meter(() => runChild(dockerClient, words, { env: environment, limitMs }))
  const forget = async (): Promise<void> => {
    await engine.run('builder', 'prune', '--all', '--force')
    await engine.run('image', 'prune', '--all', '--force')
  }
  return {
    name: 'docker',
    build: (folder, image) => run('build', '--quiet', '--network', 'host', '-t', image, folder),
    push: (image) => run('push', '--quiet', image),
    start: (image) => run('run', '--rm', '--network', 'none', image, '/bin/busybox', 'true'),
    async forget() {
      await forget()
      for (const base of bases) await engine.run('pull', '--quiet', base)
    },
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  }
}

function buildahBuilder({ directory, bases, limitMs }: BuilderOptions): Builder {
  const root = join(directory, 'buildah')
  const storage = ['--root', join(root, 'root'), '--runroot', join(root, 'run'), '--storage-driver', 'overlay']
  const run = async (...words: readonly string[]): Promise<Cost> => {
    await mkdir(root, { recursive: true })
    await writeFile(join(root, 'containers.conf'), '[containers]\ndefault_ulimits = ["nofile=1024:1024"]\n')
    const env = { ...process.env, CONTAINERS_CONF: join(root, 'containers.conf') }
    return await runChild('buildah', [...storage, ...words], { env, limitMs })
  }
  // crun and some machines' control groups do not go together.
  const build = ['build', '--quiet', '--runtime', 'runc', '--layers', '--network', 'host', '--tls-verify=false']
  return {
    name: 'buildah',
    build: (folder, image) => run(...build, '-t', image, folder),
    push: (image) => run('push', '--quiet', '--tls-verify=false', image),
    start: undefined,
    async forget() {
      await run('rmi', '--all', '--force')
      for (const base of bases) await run('pull', '--quiet', '--tls-verify=false', base)
    },
    [Symbol.asyncDispose]: async () => {
      await run('rm', '--all').catch(() => undefined)
      await rm(root, { recursive: true, force: true })
    },
  }
}

/** Wherry, and what is installed of the others. */
export async function installedBuilders(
  program: string,
  options: BuilderOptions,
  stack: AsyncDisposableStack,
): Promise<readonly Builder[]> {
  const builders = [stack.use(wherryBuilder(program, options))]
  if (await isInstalled('dockerd')) builders.push(stack.use(await dockerBuilder(options)))
  if (await isInstalled('buildah')) builders.push(stack.use(buildahBuilder(options)))
  return builders
}
