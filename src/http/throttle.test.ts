import assert from 'node:assert/strict'
import { createServer, connect, type Server } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, test } from 'node:test'
import { createJob } from '../std/job.ts'
import { allowedProcessors } from '../std/processors.ts'
import { openThrottle } from './throttle.ts'

/** Says everything that it hears, when the other side has ended. */
async function echoServer(): Promise<AsyncDisposable & { readonly port: number }> {
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    const heard: Buffer[] = []
    socket.on('data', (bytes: Buffer) => heard.push(bytes))
    socket.on('end', () => socket.end(Buffer.concat(heard)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  const { port } = address
  return {
    port,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function echoed(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
  socket.end(bytes)
  return await buffer(socket)
}

describe('openThrottle', () => {
  test('passes everything on, both ways, and no faster than told', async () => {
    await using server = await echoServer()
    await using throttle = openThrottle({ bytesPerSecond: 1_000_000, latencyMs: 30 }, allowedProcessors(), createJob())
    const port = await throttle.portTo('127.0.0.1', server.port)
    assert.equal(await throttle.portTo('127.0.0.1', server.port), port)
    const bytes = Buffer.alloc(150_000, 'wherry')
    const startedMs = performance.now()
    assert.ok((await echoed(port, bytes)).equals(bytes))
    // There and back: twice less a burst of 20 ms each, a round trip to connect, and one more.
    const leastMs = 2 * (150 - 20) + 2 * 30
    assert.ok(performance.now() - startedMs > leastMs - 5, `${performance.now() - startedMs} ms`)
  })

  test('ends connections to where nobody listens', async () => {
    const server = await echoServer()
    await server[Symbol.asyncDispose]()
    await using throttle = openThrottle({ bytesPerSecond: undefined, latencyMs: 0 }, allowedProcessors(), createJob())
    await assert.rejects(echoed(await throttle.portTo('127.0.0.1', server.port), Buffer.alloc(10)))
  })

  test('cuts what is under way when it is cancelled', async () => {
    await using server = await echoServer()
    const cancelling = new AbortController()
    const job = createJob({ signal: cancelling.signal })
    await using throttle = openThrottle({ bytesPerSecond: 1000, latencyMs: 0 }, allowedProcessors(), job)
    const slow = echoed(await throttle.portTo('127.0.0.1', server.port), Buffer.alloc(10_000_000))
    cancelling.abort(new Error('stop'))
    await assert.rejects(slow)
    await assert.rejects(throttle.portTo('127.0.0.1', 1), /stop/)
  })
})
