import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '../std/job.ts'
import { unmount } from '../std/syscalls-mount.ts'
import { makeNamespace, openPrivateNetwork } from './network/private-network.ts'
import type { SandboxOptions } from './start-process.ts'

/** A network namespace for several processes: `sharedNetwork` of their {@link ProcessSpec}. Disposing of it ends what serves it. */
export interface SharedNetwork extends AsyncDisposable {
  readonly namespaceFile: string
}

/**
 * Makes a network that processes can have together.
 *
 * @param kind `none`: nothing but a loopback, which is not up yet. `private` reaches out as the host does.
 * @throws SandboxError `no-sandbox`
 */
export async function openSharedNetwork(
  kind: 'none' | 'private',
  { scratchDirectory, environment }: Pick<SandboxOptions, 'scratchDirectory' | 'environment'>,
  job: Job,
): Promise<SharedNetwork> {
  mkdirSync(scratchDirectory, { recursive: true })
  const scratch = mkdtempSync(join(scratchDirectory, 'network-'))
  await using opened = new AsyncDisposableStack()
  opened.defer(() => rmSync(scratch, { recursive: true, force: true }))
  const namespaceFile = await openKind(kind, scratch, environment['PATH'] ?? '', opened, job)
  const held = opened.move()
  return { namespaceFile, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

async function openKind(
  kind: 'none' | 'private',
  scratch: string,
  searchPath: string,
  opened: AsyncDisposableStack,
  job: Job,
): Promise<string> {
  if (kind === 'none') {
    const file = await makeNamespace(join(scratch, 'network'), job)
    opened.defer(() => unmount(file))
    return file
  }
  const network = await openPrivateNetwork([], scratch, searchPath, job)
  opened.defer(() => unmount(network.namespaceFile))
  opened.use(network)
  return network.namespaceFile
}
