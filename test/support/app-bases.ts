import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { withFileLock } from '../../src/std/file-lock.ts'
import { createJob } from '../../src/std/job.ts'
import { baseSandbox } from './base-images.ts'
import { commandSandbox, type CommandSandbox } from './command.ts'
import { userWithRanges } from './unprivileged-users.ts'

/** What tells the tools of an app where their packages are, where the machine has it in its environment. */
const passedOn = ['SSL_CERT_FILE', 'GOPROXY', 'GOSUMDB', 'GOFLAGS']

/**
 * A sandbox for building apps, and a store with base images that wherry made. Those take minutes, so the store is among the machine's caches,
 * and tests share it.
 */
export async function appSandbox(): Promise<{ readonly sandbox: CommandSandbox; readonly store: string }> {
  const sandbox = await baseSandbox(toolSettings())
  const store = join(sandbox.environment['XDG_CACHE_HOME'] ?? sandbox.path, 'wherry/test-apps')
  mkdirSync(store, { recursive: true })
  return { sandbox, store }
}

/** The same for a user without root, who has further IDs and a store of its own. */
export async function unprivilegedAppSandbox(): Promise<CommandSandbox> {
  const user = userWithRanges()
  if (user === undefined) throw new Error('no user of this machine has IDs in /etc/subuid')
  return await commandSandbox(toolSettings(), user)
}

function toolSettings(): Readonly<Record<string, string>> {
  const given = passedOn.flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(given)
}

/** What a base image of tests is called. @param packages what it has on top of its recipe. */
export function appBaseName(recipe: string, packages: readonly string[] = []): string {
  return `localhost/${[recipe, ...packages].join('-')}:1`
}

/** Makes a base image in the store unless it is there. Whoever comes second waits. */
export async function makeAppBase(
  sandbox: CommandSandbox,
  store: string,
  recipe: string,
  packages: readonly string[] = [],
): Promise<void> {
  const image = appBaseName(recipe, packages)
  await withFileLock(`${store}.lock`, 'exclusive', { title: 'making a base image' }, createJob(), async () => {
    const { status } = await sandbox.run('--store', store, 'inspect', image)
    if (status === 0) return
    const words = packages.flatMap((name) => ['--packages', name])
    await sandbox.succeed('--store', store, 'base', recipe, ...words, '--tag', image)
  })
}
