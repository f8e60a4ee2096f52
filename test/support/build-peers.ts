import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, normalize } from 'node:path'
import { promisify } from 'node:util'
import type { ContentSource } from '../../src/image/content.ts'
import type { Descriptor } from '../../src/image/descriptor.ts'
import type { Digest } from '../../src/image/digest.ts'
import { createJob } from '../../src/std/job.ts'
import { openImageArchive } from '../../src/store/image-archive.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { prepareCase, type BuildCase, type PreparedCase } from './build-cases.ts'
import { startGitServer } from './git-server.ts'
import { startHttpServer } from './http-server.ts'

const execute = promisify(execFile)

/** What a builder made. */
export interface Built extends AsyncDisposable {
  readonly source: ContentSource
  readonly descriptor: Descriptor
}

/** Another builder than ours. */
export interface BuildPeer extends AsyncDisposable {
  /** With its version. */
  readonly name: string
  /** @throws what it said when it failed. */
  build(each: BuildCase): Promise<Built>
}

/** A folder with `buildkitd` and `buildctl`, where somebody built them; undefined elsewhere. */
export const buildkitFolder: string | undefined = process.env['WHERRY_BUILDKITD']

/** A case with all that it is built from. Where servers are is among the arguments of a case that asks for them. */
export async function withPreparedCase<Result>(
  each: BuildCase,
  work: (prepared: PreparedCase, buildArguments: Readonly<Record<string, string>>) => Promise<Result>,
): Promise<Result> {
  await using prepared = await prepareCase(each)
  await using servers = new AsyncDisposableStack()
  const given = {
    ...each.arguments,
    ...(each.serves ? { URL: servers.use(await serveFolder(prepared.context)).url } : {}),
    ...(each.clones ? servers.use(await startCaseRepository()).buildArguments : {}),
  }
  return await work(prepared, given)
}

/** Files of a folder over HTTP. */
async function serveFolder(folder: string): Promise<AsyncDisposable & { readonly url: string }> {
  const server = await startHttpServer((request, response) => {
    const path = join(folder, normalize(request.url ?? '/'))
    if (!existsSync(path)) {
      response.statusCode = 404
      response.end()
      return
    }
    response.setHeader('Last-Modified', 'Wed, 01 Jan 2020 00:00:00 GMT')
    createReadStream(path).pipe(response)
  })
  return { url: `http://${server.host}`, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() }
}

/**
 * A repository that is always the same: two commits on `main` with files, a program and a link, the tag `v1` at the first, and the branch
 * `other`.
 */
async function startCaseRepository(): Promise<
  AsyncDisposable & { readonly buildArguments: Readonly<Record<'GIT' | 'COMMIT', string>> }
> {
  const server = await startGitServer()
  server.commit({ 'readme.md': 'first\n', 'source/main.c': 'main\n', 'source/lib/lib.h': 'lib\n' })
  server.git('tag', '--annotate', '--message', 'the first', 'v1')
  server.git('checkout', '--quiet', '-b', 'other')
  server.commit({ 'other.md': 'other\n' })
  server.git('checkout', '--quiet', 'main')
  symlinkSync('readme.md', join(server.folder, 'link'))
  writeFileSync(join(server.folder, 'run'), 'echo run\n', { mode: 0o755 })
  const last = server.commit({ 'readme.md': 'second\n' })
  return {
    buildArguments: { GIT: server.url, COMMIT: last },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

/**
 * BuildKit's own daemon, with a storage of its own.
 *
 * @param layout the folder of an image layout with the base images.
 * @param bases their digests by name.
 */
export async function startBuildkit(
  folder: string,
  layout: string,
  bases: ReadonlyMap<string, Digest>,
): Promise<BuildPeer> {
  await using owned = new AsyncDisposableStack()
  const { path } = owned.use(await temporaryDirectory())
  const address = `unix://${join(path, 'socket')}`
  const daemon = spawn(
    join(folder, 'buildkitd'),
    [
      ...['--root', join(path, 'root'), '--addr', address, '--containerd-worker=false', '--oci-worker-net=host'],
      ...['--allow-insecure-entitlement=network.host', '--allow-insecure-entitlement=security.insecure'],
      ...['--oci-worker-binary=runc', '--oci-worker-gc=false'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  owned.defer(() => end(daemon))
  await said(daemon, /running server/)
  const { stdout } = await execute(join(folder, 'buildctl'), ['--version'])
  const build = async (each: BuildCase): Promise<Built> =>
    await withPreparedCase(each, async (prepared, buildArguments) => {
      await using folderOfResult = new AsyncDisposableStack()
      const { path: result } = folderOfResult.use(await temporaryDirectory())
      const archive = join(result, 'image.tar')
      const images = [...bases, ...Object.entries(each.images).map(([name, image]) => imageOf(name, image, bases))]
      const options = [
        ...images.map(([name, digest]) => `context:${name}=oci-layout://bases@${digest}`),
        ...Object.entries(buildArguments).map(([name, value]) => `build-arg:${name}=${value}`),
        ...Object.entries(each.labels).map(([name, value]) => `label:${name}=${value}`),
        ...[...prepared.contexts.keys()].map((name) => `context:${name}=local:${name}`),
        ...(each.target === undefined ? [] : [`target=${each.target}`]),
        ...(each.platform === undefined ? [] : [`platform=${each.platform}`]),
      ]
      await execute(
        join(folder, 'buildctl'),
        [
          ...['--addr', address, 'build', '--progress=plain', '--frontend=dockerfile.v0', '--no-cache'],
          ...['--local', `context=${prepared.context}`, '--local', `dockerfile=${prepared.context}`],
          ...[...prepared.contexts].flatMap(([name, local]) => ['--local', `${name}=${local}`]),
          ...[...prepared.secrets].flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
          ...each.allow.flatMap((entitlement) => ['--allow', entitlement]),
          ...['--oci-layout', `bases=${layout}`, ...options.flatMap((option) => ['--opt', option])],
          ...['--output', `type=oci,dest=${archive},rewrite-timestamp=${each.compares.includes('times')}`],
        ],
        { maxBuffer: 1e8 },
      )
      return await openResult(archive, folderOfResult.move())
    })
  const moved = owned.move()
  return {
    name: `BuildKit ${/v[\d.]+/.exec(stdout)?.[0] ?? stdout.trim()}`,
    build,
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  }
}

function imageOf(name: string, image: string, bases: ReadonlyMap<string, Digest>): readonly [string, Digest] {
  const digest = bases.get(image)
  if (digest === undefined) throw new Error(`${image} is no base image of build cases`)
  return [name, digest]
}

/** The only image of an archive. What is owned goes with it. */
export async function openResult(archive: string, owned: AsyncDisposableStack): Promise<Built> {
  const job = createJob()
  const source = owned.use(await openImageArchive(archive, join(archive, '..'), job))
  const [image] = source.images
  if (image === undefined) throw new Error(`${archive} holds no image`)
  return { source, descriptor: image.descriptor, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Waits until a daemon says something. @throws with its last lines when it ends before. */
async function said(daemon: ChildProcess, pattern: RegExp): Promise<void> {
  const { stderr } = daemon
  if (stderr === null) throw new Error('its standard error is not read')
  let text = ''
  const ended = once(daemon, 'exit').then(() => {
    throw new Error(`it ended:\n${text.slice(-2000)}`)
  })
  const ready = new Promise<void>((resolve) => {
    stderr.setEncoding('utf8').on('data', (chunk: string) => {
      text = (text + chunk).slice(-10_000)
      if (pattern.test(text)) resolve()
    })
  })
  await Promise.race([ready, ended])
  ended.catch(() => undefined)
}

async function end(daemon: ChildProcess): Promise<void> {
  const ended = once(daemon, 'exit')
  daemon.kill('SIGTERM')
  await ended
}

/** What a peer said last when it failed, without paths and names of chance. */
export function complaint(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error)
  const last = said.trim().split('\n').at(-1) ?? ''
  return last
    .replace(/^error: failed to solve: /, '')
    .replace(/ ref \S+::\S+/, ' ref')
    .replaceAll(/\/\S+\/(?:fs|buildkit\d+)(?=\/)/g, '')
}
