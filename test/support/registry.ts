import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { temporaryDirectory } from '../../src/std/temporary.ts'

/** Debian's docker-registry, running for one test on a port and in a folder of its own. */
export interface TestRegistry extends AsyncDisposable {
  /** As in references: `127.0.0.1:41234`. */
  readonly host: string
  /** The folder with what it stores, its logs and its configuration. */
  readonly directory: string
  /** Lines of its access log so far: `POST /v2/app/blobs/uploads/ 202`. */
  readonly requests: readonly string[]
}

export type RegistryAuth =
  | { readonly kind: 'htpasswd'; readonly path: string }
  | {
      readonly kind: 'token'
      readonly realm: string
      readonly service: string
      readonly issuer: string
      readonly rootcertbundle: string
    }

export interface TestRegistryOptions {
  readonly auth?: RegistryAuth
  readonly tls?: { readonly certificate: string; readonly key: string }
  /** Whether it deletes what it is told to. */
  readonly deletes?: boolean
}

const program = '/usr/bin/docker-registry'

/** Why tests with a real registry cannot run here, as the `skip` option of a test; false where they can. */
export const registrySkipReason: string | false = existsSync(program) ? false : 'docker-registry is not installed'

/** Starts one. Its process ends, and its folder goes, when it is disposed of. */
export async function startRegistry(options: TestRegistryOptions = {}): Promise<TestRegistry> {
  const temporary = await temporaryDirectory()
  const configuration = join(temporary.path, 'config.yml')
  await mkdir(join(temporary.path, 'data'))
  await writeFile(configuration, JSON.stringify(configurationOf(join(temporary.path, 'data'), options)))
  // Also when this process is killed, its registry ends.
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, 'serve', configuration], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const requests: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    const match = /"([A-Z]+) (\S+) HTTP\/[\d.]+" (\d+)/.exec(line)
    if (match !== null) requests.push(`${match[1]} ${match[2]} ${match[3]}`)
  })
  const stop = async (): Promise<void> => {
    await end(child)
    await temporary[Symbol.asyncDispose]()
  }
  try {
    const host = await listeningAddress(child)
    return { host, directory: temporary.path, requests, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** YAML takes JSON. */
function configurationOf(data: string, { auth, tls, deletes = true }: TestRegistryOptions): object {
  return {
    version: '0.1',
    log: { level: 'info', accesslog: { disabled: false } },
    storage: { filesystem: { rootdirectory: data }, delete: { enabled: deletes } },
    http: { addr: '127.0.0.1:0', secret: 'for tests only', ...(tls === undefined ? {} : { tls }) },
    ...(auth?.kind === 'htpasswd' ? { auth: { htpasswd: { realm: 'test', path: auth.path } } } : {}),
    ...(auth?.kind === 'token' ? { auth: { token: { ...auth, kind: undefined } } } : {}),
  }
}

/** The registry chooses its port itself and logs it, so that no two tests can meet at one. */
async function listeningAddress(child: ChildProcess): Promise<string> {
  assertPiped(child.stderr)
  const lines = createInterface({ input: child.stderr })
  const said: string[] = []
  return new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      if (said.length < 20) said.push(line)
      const match = /listening on ([\d.]+:\d+)/.exec(line)
      if (match?.[1] !== undefined) resolve(match[1])
    })
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`docker-registry ended:\n${said.join('\n')}`)))
  })
}

function assertPiped<T>(stream: T | null): asserts stream is T {
  if (stream === null) throw new Error('the stream is not piped')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
