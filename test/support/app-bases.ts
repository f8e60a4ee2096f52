import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { withFileLock } from '../../src/std/file-lock.ts'
import { createJob } from '../../src/std/job.ts'
import { baseSandbox } from './base-images.ts'
import type { CommandSandbox } from './command.ts'

/** What tells the tools of an app where their packages are, where the machine has it in its environment. */
const passedOn = ['SSL_CERT_FILE', 'GOPROXY', 'GOSUMDB', 'GOFLAGS']

/**
 * A sandbox for building apps, and a store with base images that wherry made. Those take minutes, so the store is among the machine's caches,
 * and tests share it.
 */
export async function appSandbox(): Promise<{ readonly sandbox: CommandSandbox; readonly store: string }> {
  const given = passedOn.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const sandbox = await baseSandbox(Object.fromEntries(given))
  const store = join(sandbox.environment['XDG_CACHE_HOME'] ?? sandbox.path, 'wherry/test-apps')
  mkdirSync(store, { recursive: true })
  return { sandbox, store }
}

/** Makes `localhost/RECIPE:1` in the store unless it is there. Whoever comes second waits. */
export async function makeAppBase(sandbox: CommandSandbox, store: string, recipe: string): Promise<void> {
  const image = `localhost/${recipe}:1`
  await withFileLock(`${store}.lock`, 'exclusive', { title: 'making a base image' }, createJob(), async () => {
    const { status } = await sandbox.run('--store', store, 'inspect', image)
    if (status !== 0) await sandbox.succeed('--store', store, 'base', recipe, '--tag', image)
  })
}
