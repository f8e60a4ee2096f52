import { chmodSync, constants, lchownSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseReference } from '../../src/image/reference.ts'
import type { UnprivilegedUser } from './unprivileged-users.ts'
import { createJob } from '../../src/std/job.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { withPreparedCase, type BuildPeer, type Built } from './build-peers.ts'
import type { CommandSandbox } from './command.ts'

/** `wherry build`, as another process, with what a case asks for. The base images must be in the store of the sandbox. */
export function wherryBuilder(sandbox: CommandSandbox, ...more: readonly string[]): Pick<BuildPeer, 'name' | 'build'> {
  return {
    name: 'wherry',
    build: async (each) =>
      await withPreparedCase(each, async (prepared, buildArguments) => {
        // The folder is that of whoever runs the tests.
        if (sandbox.user !== undefined) giveFolder(join(prepared.context, '..'), sandbox.user)
        const reference = `localhost/cases/${each.name}:1`
        const { status, stderr } = await sandbox.run(
          ...['build', '--tag', reference, '--file', join(prepared.context, 'Dockerfile'), '--no-cache', ...more],
          ...Object.entries(buildArguments).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`]),
          ...Object.entries(each.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
          ...[...prepared.contexts].flatMap(([name, folder]) => ['--build-context', `${name}=${folder}`]),
          ...Object.entries(each.images).flatMap(([name, image]) => [
            '--build-context',
            `${name}=docker-image://${image}`,
          ]),
          ...[...prepared.secrets].flatMap(([id, file]) => ['--secret', `id=${id},src=${file}`]),
          ...(each.target === undefined ? [] : ['--target', each.target]),
          ...(each.platform === undefined ? [] : ['--platform', each.platform]),
          ...each.allow.flatMap((entitlement) => ['--allow', entitlement]),
          prepared.context,
        )
        if (status !== 0) throw new BuildFailure(status, stderr)
        return await openBuilt(sandbox.storePath, reference)
      }),
  }
}

/** Gives a folder and all that is in it to somebody. Modes stay, which the kernel takes bits off at that. */
export function giveFolder(path: string | Buffer, user: UnprivilegedUser): void {
  const { mode } = lstatSync(path)
  lchownSync(path, user.uid, user.gid)
  if ((mode & constants.S_IFMT) !== constants.S_IFLNK) chmodSync(path, mode & 0o7777)
  if ((mode & constants.S_IFMT) !== constants.S_IFDIR) return
  for (const name of readdirSync(path, { encoding: 'buffer' })) {
    giveFolder(Buffer.concat([Buffer.from(path), Buffer.from('/'), name]), user)
  }
}

/** A builder that said what is wrong. */
export class BuildFailure extends Error {
  readonly status: number | null

  constructor(status: number | null, said: string) {
    super(said)
    this.status = status
  }
}

async function openBuilt(storePath: string, reference: string): Promise<Built> {
  const store = await openStore(storePath, createJob())
  const descriptor = await store.resolve(parseReference(reference), createJob())
  return { source: store, descriptor, [Symbol.asyncDispose]: () => store[Symbol.asyncDispose]() }
}
