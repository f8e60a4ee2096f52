import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { openFileTree } from '../../src/filetree/file-tree.ts'
import { loadImage } from '../../src/image/image.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import { parseReference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { openStore } from '../../src/store/layout-store.ts'
import type { CommandSandbox } from './command.ts'
import { skipUnlessRoot, startDocker } from './engines.ts'

/** A client of Docker that can ask its BuildKit. Newer ones take a plugin for that, and an older one may be found behind it. */
const client: string | undefined = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'docker'))
  .find((path) => existsSync(path) && canAskBuildkit(path))

function canAskBuildkit(path: string): boolean {
  try {
    execFileSync(path, ['build', '--help'], { stdio: 'ignore', env: { ...process.env, DOCKER_BUILDKIT: '1' } })
    return true
  } catch {
    return false
  }
}

/** Why Docker cannot build here; false where it can. */
export const dockerBuildSkipReason: string | false =
  skipUnlessRoot('docker', 'dockerd') ||
  (client === undefined && 'docker: its client cannot ask BuildKit without docker-buildx')

/** What Docker is to build. */
export interface DockerBuild {
  readonly context: string
  readonly dockerfile: string
  /** What the Dockerfile begins with: as the store has it. */
  readonly base: string
  /** What the result is called in the store. */
  readonly tag: string
}

/** Builds a Dockerfile with a Docker daemon of its own, and puts the result into a store. */
export async function buildWithDocker(
  sandbox: Pick<CommandSandbox, 'succeed'>,
  store: string,
  { context, dockerfile, base, tag }: DockerBuild,
): Promise<void> {
  await using docker = await startDocker()
  await using temporary = await temporaryDirectory()
  const [baseArchive, resultArchive] = [join(temporary.path, 'base.tar'), join(temporary.path, 'result.tar')]
  await sandbox.succeed('--store', store, 'save', '-o', baseArchive, base)
  await docker.run('load', '-i', baseArchive)
  const file = join(temporary.path, 'Dockerfile')
  writeFileSync(file, forBuiltInFrontend(readFileSync(dockerfile, 'utf8')))
  const words = ['build', '--network', 'host', '--tag', 'result', '--file', file, context]
  const env = { ...process.env, ...docker.environment, DOCKER_BUILDKIT: '1' }
  await retryingBusy(async () => await promisify(execFile)(client ?? 'docker', words, { env, maxBuffer: 1e8 }))
  await docker.run('save', '-o', resultArchive, 'result')
  await sandbox.succeed('--store', store, 'load', '-i', resultArchive, '--tag', tag)
}

/** On a busy machine, older ones of BuildKit give up waiting for themselves; what was built so far is in their cache. */
async function retryingBusy(work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await work()
      return
    } catch (error) {
      if (tries === 5 || !String(error).includes('flightcontrol: exceeded retry timeout')) throw error
    }
  }
}

/** The frontend that a daemon without a registry has is its own, which may be from before `--link`: that changes layers, not files. */
function forBuiltInFrontend(text: string): string {
  return text.replace(/^# syntax=.*\n/, '').replaceAll(/^(COPY|ADD) --link /gm, '$1 ')
}

/** Every file of an image of a store, with what it is and whose, without its times. */
export async function flattenedFiles(storePath: string, image: string): Promise<ReadonlyMap<string, object>> {
  const job = createJob()
  await using store = await openStore(storePath, job)
  const descriptor = await store.resolve(parseReference(image), job)
  await using tree = await openFileTree(await loadImage(store, descriptor, hostPlatform(), job), store.layersPath, job)
  return new Map(
    Array.from(tree.entries(), ({ path, kind, mode, uid, gid, sizeBytes, digest, linkTarget }) => [
      path,
      { kind, mode: mode.toString(8), uid, gid, sizeBytes, digest, linkTarget },
    ]),
  )
}
