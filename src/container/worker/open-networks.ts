import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { openSharedNetwork, type SharedNetwork } from '../../sandbox/shared-network.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'

/** Networks that containers have together, by number. */
export class OpenNetworks implements AsyncDisposable {
  readonly #networks = new Map<number, SharedNetwork>()
  #last = 0

  async open(kind: 'none' | 'private', scratchDirectory: string, job: Job): Promise<number> {
    const network = await openSharedNetwork(kind, { scratchDirectory, environment: process.env }, job)
    const number = (this.#last += 1)
    this.#networks.set(number, network)
    if (kind === 'none') await raiseLoopbackOf(network)
    return number
  }

  /** Its namespace, as a file. */
  file(number: number): string {
    const network = this.#networks.get(number)
    assert(network !== undefined, `there is no network ${number}`)
    return network.namespaceFile
  }

  async close(number: number): Promise<undefined> {
    const network = this.#networks.get(number)
    this.#networks.delete(number)
    await network?.[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const number of this.#networks.keys().toArray()) await this.close(number)
  }
}

/** By a thread of its own: whoever enters a network without the right over the machine does not come back. */
async function raiseLoopbackOf({ namespaceFile }: SharedNetwork): Promise<void> {
  const thread = new Worker(new URL('./loopback-thread.ts', import.meta.url), {
    execArgv: [],
    workerData: { namespaceFile },
  })
  // Fails with what the thread fails with.
  await once(thread, 'exit')
}
