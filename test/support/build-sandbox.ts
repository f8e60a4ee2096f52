import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { execFileSync } from 'node:child_process'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { contentOf, manifestOf, writeContent } from '../contracts/content.ts'
import { digestOf } from '../../src/image/digest.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'
import { busyboxSkipReason } from './busybox-image.ts'
import { skipUnlessRoot } from './engines.ts'
import { directory, file, symbolicLink, tarOf, type LayerItem } from './layers.ts'

const program = fileURLToPath(new URL('../../bin/wherry.js', import.meta.url))

/** Why builds that run something cannot be tested here; false where they can. */
export const buildSandboxSkipReason: string | false = busyboxSkipReason || skipUnlessRoot('crun', 'unshare', 'setpriv')

/** The user without rights, and without any further IDs. */
export const nobody = { uid: 65_534, gid: 65_534 }

/** What a build said. */
export interface BuildOutcome {
  readonly status: number | null
  /** Standard output and standard error, as they came. */
  readonly said: string
}

export interface BuildSandboxOptions {
  /** Who builds; root unless told. */
  readonly user?: { readonly uid: number; readonly gid: number }
  readonly environment?: Readonly<Record<string, string>>
  /** Where the store is; in the sandbox unless told. */
  readonly storePath?: string
}

/** A folder to build from, a store with `base:1` in it (busybox, and a user ada), and files of the machine that nobody may reach. */
export interface BuildSandbox extends AsyncDisposable {
  readonly path: string
  readonly storePath: string
  readonly context: string
  /** A file outside of context and store. It holds {@link hostSecret}. */
  readonly hostFile: string
  /** What a build with `-o` of {@link BuildSandbox.build} has written. */
  readonly out: string
  /** Writes a file of the context. */
  write(path: string, content: string | Uint8Array): void
  /** Builds a Dockerfile, and writes its files to `out`, unless the words say what else is to be done with it. */
  build(dockerfile: string, ...words: readonly string[]): Promise<BuildOutcome>
  /** Runs any command on the store. */
  run(...words: readonly string[]): Promise<BuildOutcome>
  /** Starts the build of a Dockerfile, for tests that end it themselves. */
  start(dockerfile: string, ...words: readonly string[]): ChildProcess
  /** The text of a file that was built. */
  built(path: string): string
  /** Names of what processes left in the folder for what runs. */
  scratch(): readonly string[]
}

/** Nobody says this but {@link BuildSandbox.hostFile}. */
export const hostSecret = 'only-the-machine-has-this'

export async function buildSandbox(options: BuildSandboxOptions = {}): Promise<BuildSandbox> {
  const home = await temporaryDirectory()
  const storePath = options.storePath ?? join(home.path, 'store')
  const [context, out, hostFile] = ['context', 'out', 'host-file'].map((name) => join(home.path, name))
  if (context === undefined || out === undefined || hostFile === undefined) throw new Error('three names')
  mkdirSync(context)
  writeFileSync(hostFile, hostSecret)
  cpSync(await templateStore(), storePath, { recursive: true })
  if (options.user !== undefined) execFileSync('chown', ['-R', `${options.user.uid}:${options.user.gid}`, home.path])
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home.path,
    XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? `${process.env['HOME'] ?? home.path}/.cache`,
    SECRET_OF_THE_HOST: hostSecret,
    ...options.environment,
  }
  const startCommand = (...words: readonly string[]): ChildProcess =>
    spawn(process.execPath, [program, '--store', storePath, ...words], {
      cwd: home.path,
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...options.user,
    })
  const write = (path: string, content: string | Uint8Array): void => {
    mkdirSync(dirname(join(context, path)), { recursive: true })
    writeFileSync(join(context, path), content)
    if (options.user !== undefined) chownSync(join(context, path), options.user.uid, options.user.gid)
  }
  const buildWords = (dockerfile: string, words: readonly string[]): readonly string[] => {
    const path = join(home.path, 'Dockerfile')
    writeFileSync(path, dockerfile)
    const isExported = words.some((word) => ['-t', '-o', '--output'].includes(word))
    const output = isExported ? [] : ['-o', out]
    return ['build', '--progress', 'plain', '-f', path, ...output, ...words, context]
  }
  return {
    ...{ path: home.path, storePath, context, hostFile, out, write },
    build: async (dockerfile, ...words) => {
      rmSync(out, { recursive: true, force: true })
      return await outcomeOf(startCommand(...buildWords(dockerfile, words)))
    },
    run: async (...words) => await outcomeOf(startCommand(...words)),
    start: (dockerfile, ...words) => startCommand(...buildWords(dockerfile, words)),
    built: (path) => readFileSync(join(out, path), 'utf8'),
    scratch: () => {
      const folder = join(storePath, '.wherry', 'scratch')
      return existsSync(folder) ? readdirSync(folder) : []
    },
    [Symbol.asyncDispose]: () => home[Symbol.asyncDispose](),
  }
}

/** Waits for the end of a command. */
export async function outcomeOf(child: ChildProcess): Promise<BuildOutcome> {
  const read = async (stream: ChildProcess['stdout']): Promise<string> => (stream === null ? '' : await text(stream))
  const [stdout, stderr] = await Promise.all([read(child.stdout), read(child.stderr), once(child, 'close')])
  return { status: child.exitCode, said: `${stdout}${stderr}` }
}

let template: Promise<string> | undefined

/** A store with the base image, made once; each test has its own copy. */
async function templateStore(): Promise<string> {
  template ??= makeTemplate()
  return await template
}

async function makeTemplate(): Promise<string> {
  const folder = await temporaryDirectory()
  process.once('exit', () => rmSync(folder.path, { recursive: true, force: true }))
  const path = join(folder.path, 'store')
  await using store = await openStore(path, createJob())
  const tar = await tarOf(baseLayer())
  const layer = contentOf(tar, mediaTypes.ociLayer)
  const { os, architecture } = hostPlatform()
  const document = {
    ...{ os, architecture, created: '2026-01-02T03:04:05Z', config: { Env: ['PATH=/bin'], Cmd: ['sh'] } },
    rootfs: { type: 'layers', diff_ids: [digestOf(tar)] },
  }
  const config = contentOf(Buffer.from(JSON.stringify(document)), mediaTypes.ociConfig)
  const manifest = manifestOf(config, [layer])
  for (const content of [config, layer]) await writeContent(store, content)
  await store.tag(parseReference('base:1'), manifest.descriptor, manifest.bytes, createJob())
  return path
}

function baseLayer(): readonly LayerItem[] {
  const applets = execFileSync('/bin/busybox', ['--list'], { encoding: 'utf8' }).trim().split('\n')
  return [
    directory('bin'),
    file('bin/busybox', readFileSync('/bin/busybox'), { mode: 0o755 }),
    ...applets.filter((name) => name !== 'busybox').map((name) => symbolicLink(`bin/${name}`, 'busybox')),
    directory('etc'),
    file('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nada:x:1000:1000::/home/ada:/bin/sh\n'),
    file('etc/group', 'root:x:0:\nada:x:1000:\n'),
    directory('root'),
    directory('tmp', { mode: 0o1777 }),
  ]
}

/** All files below a folder, by their paths. Follows no link. */
export function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesBelow(path)
    return entry.isFile() ? [path] : []
  })
}
