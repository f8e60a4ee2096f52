import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { SandboxError } from '../errors.ts'
import { findProgram } from '../find-runtime.ts'
import type { PublishedPort } from '../process-spec.ts'
import { startPasta } from './pasta.ts'
import { runHelper } from './run-helper.ts'
import { startSlirp } from './slirp.ts'

/** A network namespace that reaches out through a program of the host. Disposing of it ends that. */
export interface PrivateNetwork extends AsyncDisposable {
  /** The namespace, mounted as a file in this mount namespace. */
  readonly namespaceFile: string
}

/** Asked in there where the host's resolvers are on its loopback: the program hands it on to the host's own. */
export function resolverInside(searchPath: string): string | undefined {
  return helpers.find(({ name }) => findProgram(name, searchPath) !== undefined)?.resolver
}

const helpers = [
  { name: 'pasta', start: startPasta, resolver: '169.254.1.1' },
  { name: 'slirp4netns', start: startSlirp, resolver: '10.0.2.3' },
] as const

const hint =
  'Install passt or slirp4netns, and see that /dev/net/tun can be opened (chmod 666 /dev/net/tun); or use the network host or none.'

/**
 * Makes a network namespace that reaches out as the host does.
 *
 * @param scratch a directory of this process' own.
 * @throws SandboxError `no-sandbox`
 */
export async function openPrivateNetwork(
  ports: readonly PublishedPort[],
  scratch: string,
  searchPath: string,
  job: Job,
): Promise<PrivateNetwork> {
  const installed = helpers.flatMap((helper) => {
    const program = findProgram(helper.name, searchPath)
    return program === undefined ? [] : [{ ...helper, program }]
  })
  if (installed.length === 0) {
    throw new SandboxError('no-sandbox', 'a private network takes pasta or slirp4netns, and neither is installed', {
      hint,
    })
  }
  const failures: string[] = []
  for (const { name, program, start, resolver } of installed) {
    try {
      const namespaceFile = await makeNamespace(join(scratch, name), job)
      const running = await start({ program, namespaceFile, ports, resolver, scratch }, job)
      return { namespaceFile, [Symbol.asyncDispose]: () => running[Symbol.asyncDispose]() }
    } catch (error) {
      job.signal.throwIfAborted()
      failures.push(errorMessage(error))
    }
  }
  throw new SandboxError('no-sandbox', `there is no private network: ${failures.join('; ')}`, { hint })
}

/** A network namespace of nothing but a loopback that is down, mounted as a file. */
export async function makeNamespace(file: string, job: Job): Promise<string> {
  writeFileSync(file, '')
  await runHelper('unshare', [`--net=${file}`, 'true'], job)
  return file
}
