import { execFile, spawn, type ChildProcessByStdio } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { array, looseObject, string, type InferOutput } from 'valibot'
import { parseJson } from '../../src/std/json.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { skipUnlessRoot } from './engines.ts'

const execute = promisify(execFile)

/** Why images cannot be unpacked and run here; false where they can. */
export const containerSkipReason: string | false = skipUnlessRoot('runc', 'skopeo', 'umoci')

/** An image that is unpacked, and run as its config says: its user, its environment, and its root read-only. */
export interface Container extends AsyncDisposable {
  /** Where its files are. */
  readonly root: string
  /** Runs a program to its end, without a network. @returns its standard output. @throws with what it said when it fails. */
  run(args: readonly string[], options?: RunOptions): Promise<string>
  /** Starts a server on the machine's own network, one at a time. It prints its port in a line of its own when it is ready. */
  serve(args: readonly string[], options?: RunOptions): Promise<RunningServer>
}

export interface RunOptions {
  /** Folders of the machine by where they are seen, read-only. */
  readonly mounts?: Readonly<Record<string, string>>
  readonly environment?: Readonly<Record<string, string>>
  /** Whether it sees the machine's network. */
  readonly network?: boolean
  /** As root, and free to write. */
  readonly privileged?: boolean
}

export interface RunningServer extends AsyncDisposable {
  readonly port: number
}

const configSchema = looseObject({
  process: looseObject({ env: array(string()) }),
  root: looseObject({}),
  mounts: array(looseObject({ destination: string() })),
  linux: looseObject({ namespaces: array(looseObject({ type: string() })) }),
})

type RuntimeConfig = InferOutput<typeof configSchema>

/**
 * Unpacks an image of a store, by other programs than ours.
 *
 * @param name in full: `docker.io/library/node:slim`.
 */
export async function unpackContainer(storePath: string, name: string): Promise<Container> {
  await using stack = new AsyncDisposableStack()
  const folder = stack.use(await temporaryDirectory())
  const [layout, bundle] = [join(folder.path, 'layout'), join(folder.path, 'bundle')]
  await execute('skopeo', ['copy', '--quiet', `oci:${storePath}:${name}`, `oci:${layout}:image`])
  await execute('umoci', ['unpack', '--image', `${layout}:image`, bundle])
  const configPath = join(bundle, 'config.json')
  const original = parseJson(await readFile(configPath), configSchema, 'config.json')
  const started = new Set<string>()
  const remove = async (id: string): Promise<void> => {
    started.delete(id)
    await execute('runc', ['delete', '--force', id])
  }
  const start = async (args: readonly string[], options: RunOptions): Promise<StartedContainer> => {
    // The configuration of a program that runs is not looked at any more.
    await writeFile(configPath, JSON.stringify(configured(original, args, options)))
    const id = `wherry-test-${randomUUID()}`
    started.add(id)
    const child = spawn('runc', ['run', '--bundle', bundle, id], { stdio: ['ignore', 'pipe', 'pipe'] })
    return { child, remove: () => remove(id) }
  }
  const owned = stack.move()
  return {
    root: join(bundle, 'rootfs'),
    run: async (args, options = {}) => await outcome(await start(args, options)),
    serve: async (args, options = {}) => await ready(await start(args, { network: true, ...options })),
    async [Symbol.asyncDispose]() {
      for (const id of started) await remove(id)
      await owned.disposeAsync()
    },
  }
}

interface StartedContainer {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  /** Ends it, if it still runs. */
  readonly remove: () => Promise<void>
}

function configured(original: RuntimeConfig, args: readonly string[], options: RunOptions): RuntimeConfig {
  const { mounts = {}, environment = {}, network = false, privileged = false } = options
  const env = Object.entries(environment).map(([key, value]) => `${key}=${value}`)
  const process = { ...original.process, args, terminal: false, env: [...original.process.env, ...env] }
  const { namespaces } = original.linux
  return {
    ...original,
    process: privileged ? { ...process, user: { uid: 0, gid: 0 }, cwd: '/', ...allRights } : process,
    root: { ...original.root, readonly: !privileged },
    mounts: [
      ...original.mounts,
      { destination: '/tmp', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'nodev', 'mode=1777'] },
      ...Object.entries(mounts).map(([destination, source]) => ({
        ...{ destination, source, type: 'bind', options: ['bind', 'ro'] },
      })),
    ],
    linux: {
      ...original.linux,
      namespaces: network ? namespaces.filter(({ type }) => type !== 'network') : namespaces,
    },
  }
}

/** What a RUN of a Dockerfile has. */
const rights = ['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETGID', 'SETUID', 'SETFCAP', 'KILL', 'SYS_CHROOT']
const names = rights.map((right) => `CAP_${right}`)
const allRights = { capabilities: { bounding: names, effective: names, permitted: names }, noNewPrivileges: false }

async function outcome({ child, remove }: StartedContainer): Promise<string> {
  const [stdout, stderr] = [collected(child.stdout), collected(child.stderr)]
  const [status] = await once(child, 'close')
  await remove()
  if (status === 0) return stdout()
  throw new Error(`it ended with ${status}:\n${stdout()}${stderr()}`)
}

async function ready({ child, remove }: StartedContainer): Promise<RunningServer> {
  const stderr = collected(child.stderr)
  const closed = once(child, 'close')
  const lines = createInterface({ input: child.stdout })
  const port = new Promise<number>((resolve) => {
    lines.on('line', (line) => {
      if (/^\d+$/.test(line)) resolve(Number(line))
    })
  })
  const ended = closed.then(([status]) => {
    throw new Error(`the server ended with ${status}:\n${stderr()}`)
  })
  const found = await Promise.race([port, ended])
  ended.catch(() => undefined)
  return {
    port: found,
    async [Symbol.asyncDispose]() {
      await remove()
      await closed
    },
  }
}

function collected(stream: Readable): () => string {
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  return () => text
}
