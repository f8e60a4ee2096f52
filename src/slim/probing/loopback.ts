import type { Server } from 'node:net'
import { pipeline } from 'node:stream/promises'
import type { Job } from '../../std/job.ts'
import { netModule } from '../../std/node-modules.ts'
import type { AppSession } from '../app-session.ts'

/** Ports of this machine's loopback that lead to those of an app. Disposing of it closes them, with all their connections. */
export interface Loopback extends AsyncDisposable {
  /** From a port of the app to that of this machine. */
  readonly ports: ReadonlyMap<number, number>
}

export async function openLoopback(app: AppSession, ports: readonly number[], job: Job): Promise<Loopback> {
  await using stack = new AsyncDisposableStack()
  const opened = new Map<number, number>()
  for (const port of ports) {
    const server = stack.adopt(await listen(app, port, job), close)
    const address = server.address()
    if (address !== null && typeof address === 'object') opened.set(port, address.port)
  }
  const kept = stack.move()
  return { ports: opened, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

const connections = new WeakMap<Server, AbortController>()

async function listen(app: AppSession, port: number, job: Job): Promise<Server> {
  const closing = new AbortController()
  const server = netModule().createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined)
    void (async () => {
      try {
        const inner = await app.connect(port, job)
        const { signal } = closing
        await Promise.all([pipeline(socket, inner, { signal }), pipeline(inner, socket, { signal })])
      } catch {
        // As a connection to the app itself would end.
        socket.destroy()
      }
    })()
  })
  connections.set(server, closing)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  return server
}

async function close(server: Server): Promise<void> {
  connections.get(server)?.abort()
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
}
