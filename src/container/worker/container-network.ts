import { closeSync, readlinkSync } from 'node:fs'
import { Socket } from 'node:net'
import { Worker } from 'node:worker_threads'
import { number, object, parse, string, union } from 'valibot'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { beginConnection, isConnected, reachableAddress } from '../../std/syscalls-network.ts'
import { ContainerError } from '../errors.ts'
import { listenersOf } from './listeners.ts'

const lookIntervalMs = 2
const waitMs = 5000

/** Begins connections in a network. */
interface NetworkEntry extends AsyncDisposable {
  /** @returns a socket that may not be connected yet. */
  begin(address: string, port: number): Promise<number>
}

/** The network of a process, for whoever wants to talk to what listens there. */
export class ContainerNetwork implements AsyncDisposable {
  readonly #pid: number
  readonly #entry: NetworkEntry

  /** @param pid of a process that runs */
  constructor(pid: number) {
    this.#pid = pid
    const namespaceFile = `/proc/${pid}/ns/net`
    const isOwn = readlinkSync(namespaceFile) === readlinkSync('/proc/self/ns/net')
    this.#entry = isOwn ? ownNetwork : enteredNetwork(namespaceFile)
  }

  /**
   * Connects to a port where it is listened on, or else on the loopback. What comes over the connection waits for whoever is handed the
   * socket.
   *
   * @throws ContainerError `cannot-connect`
   */
  async connect(port: number, job: Job): Promise<Socket> {
    const reasons: string[] = []
    for (const address of addressesOf(this.#pid, port)) {
      try {
        const descriptor = await this.#entry.begin(address, port)
        await waitUntilConnected(descriptor, address, job)
        // Not readable here: its bytes are for the process that it is handed to.
        return new Socket({ fd: descriptor, readable: false, writable: true })
      } catch (error) {
        job.signal.throwIfAborted()
        reasons.push(errorMessage(error))
      }
    }
    throw new ContainerError('cannot-connect', `nobody answers at port ${port} of the container: ${reasons.join('; ')}`)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.#entry[Symbol.asyncDispose]())
  }
}

/** One that listens on all addresses of IPv6 mostly takes those of IPv4 as well, which programs are asked on first. */
function addressesOf(pid: number, port: number): ReadonlySet<string> {
  const listeners = listenersOf(pid).filter((each) => each.port === port)
  const told = listeners.map(({ address }) => reachableAddress(address))
  const isAnywhere = told.length === 0 || listeners.some(({ address }) => address === '::')
  return new Set([...(isAnywhere ? ['127.0.0.1', '::1'] : []), ...told])
}

async function waitUntilConnected(descriptor: number, address: string, job: Job): Promise<void> {
  try {
    for (let waitedMs = 0; !isConnected(descriptor); waitedMs += lookIntervalMs) {
      if (waitedMs >= waitMs) throw new Error(`${address} does not answer within ${waitMs / 1000} seconds`)
      await job.clock.sleep(lookIntervalMs, job.signal)
    }
  } catch (error) {
    closeSync(descriptor)
    throw error
  }
}

const ownNetwork: NetworkEntry = {
  begin: (address, port) => Promise.resolve().then(() => beginConnection(address, port)),
  [Symbol.asyncDispose]: () => Promise.resolve(),
}

const answerSchema = union([
  object({ id: number(), descriptor: number() }),
  object({ id: number(), failure: string() }),
])

/** By a thread of its own: whoever enters a network without the right over the machine does not come back. */
function enteredNetwork(namespaceFile: string): NetworkEntry {
  const waiting = new Map<number, PromiseWithResolvers<number>>()
  let lastId = 0
  let failure: unknown
  const thread = new Worker(new URL('./network-thread.ts', import.meta.url), {
    execArgv: [],
    workerData: { namespaceFile },
  })
  thread.on('message', (message: unknown) => {
    const answer = parse(answerSchema, message)
    const asked = waiting.get(answer.id)
    waiting.delete(answer.id)
    if ('descriptor' in answer) asked?.resolve(answer.descriptor)
    else asked?.reject(new Error(answer.failure))
  })
  thread.on('error', (error) => {
    failure = error
    for (const each of waiting.values()) each.reject(error)
    waiting.clear()
  })
  return {
    begin(address, port) {
      const asked = Promise.withResolvers<number>()
      if (failure !== undefined) asked.reject(failure)
      else {
        const id = (lastId += 1)
        waiting.set(id, asked)
        thread.postMessage({ id, address, port }, [])
      }
      return asked.promise
    },
    async [Symbol.asyncDispose]() {
      await thread.terminate()
    },
  }
}
