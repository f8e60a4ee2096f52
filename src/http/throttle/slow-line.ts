import { connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { ByteStream } from '../../std/bytes.ts'
import type { Job } from '../../std/job.ts'
import type { Link } from './link.ts'
import { delayed, limited } from './shaping.ts'
import { TokenBucket } from './token-bucket.ts'

/** A line that all connections share. What it opens stays until its thread ends. */
export class SlowLine {
  readonly #link: Link
  readonly #job: Job
  readonly #up: TokenBucket | undefined
  readonly #down: TokenBucket | undefined

  constructor(link: Link, job: Job) {
    this.#link = link
    this.#job = job
    const { bytesPerSecond } = link
    this.#up = bytesPerSecond === undefined ? undefined : new TokenBucket(bytesPerSecond, job.clock)
    this.#down = bytesPerSecond === undefined ? undefined : new TokenBucket(bytesPerSecond, job.clock)
  }

  /** @returns the port of the loopback that leads to that of the host. */
  async listen(host: string, port: number): Promise<number> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, (client) => {
      void this.#carry(client, host, port)
    })
    return await new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        if (address !== null && typeof address === 'object') resolve(address.port)
      })
    })
  }

  /** One connection to its end. One that cannot be made, or breaks, ends like that on the other side too. */
  async #carry(client: Socket, host: string, port: number): Promise<void> {
    const { signal, clock } = this.#job
    const server = connect({ host, port, allowHalfOpen: true, noDelay: true })
    // Whatever fails is told by the pipelines, which may not be there yet.
    for (const socket of [client, server]) socket.on('error', () => undefined)
    try {
      await clock.sleep(this.#link.latencyMs, signal)
      await Promise.all([
        pipeline(this.#shape(client, this.#up), server, { signal }),
        pipeline(this.#shape(server, this.#down), client, { signal }),
      ])
    } catch {
      client.resetAndDestroy()
      server.destroy()
    }
  }

  #shape(socket: Socket, bucket: TokenBucket | undefined): ByteStream {
    // Who has said all may still be told something.
    const bytes: ByteStream = socket.iterator({ destroyOnReturn: false })
    const slower = limited(bytes, bucket, this.#job)
    return delayed(slower, this.#link, this.#job)
  }
}
