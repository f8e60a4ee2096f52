import { createServer, type RequestListener } from 'node:http'
import { connect, type Server } from 'node:net'
import type { Duplex } from 'node:stream'
import type { ExitResult } from '../../../sandbox/process-spec.ts'
import { OutputKeeper } from '../../../std/said-output.ts'
import type { AppSession } from '../../app-session.ts'

/** An app that is servers of this process. */
export interface FakeApp extends AppSession {
  say(text: string, stream?: 'stdout' | 'stderr'): void
  end(result: ExitResult): void
  /** Listens from then on, at that port of the app. */
  serve(port: number, server: Server): Promise<void>
}

/** One that listens nowhere so far, and runs on. */
export function fakeApp(): FakeApp {
  const startMs = performance.now()
  const { promise: ended, resolve: end } = Promise.withResolvers<ExitResult>()
  const output = new OutputKeeper()
  const servers = new Map<number, Server>()
  const clients = new Set<Duplex>()
  const close = async (): Promise<void> => {
    for (const client of clients) client.destroy()
    await Promise.all([...servers.values()].map((server) => new Promise((resolve) => server.close(resolve))))
  }
  return {
    ended,
    end,
    say: (text, stream = 'stdout') => output.add(Buffer.from(text), stream),
    serve: async (port, server) => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      server.on('connection', (socket) => {
        clients.add(socket)
        socket.on('error', () => undefined)
      })
      servers.set(port, server)
    },
    elapsedMs: () => performance.now() - startMs,
    output: () => output.said(),
    listeningPorts: async () => [...servers.keys()].toSorted((one, other) => one - other),
    connect: async (port) => await connectTo(servers.get(port)),
    execute: async ([program = '', ...words]) => ({
      result: { kind: 'exited', status: program === 'healthy' ? 0 : 1 },
      output: { stdout: Buffer.from(words.join(' ')), stderr: new Uint8Array(), isCut: false },
    }),
    memory: async () => ({ sizeBytes: 1_000_000, isLimited: false }),
    accessed: async () => ({ opened: new Set(), executed: new Set() }),
    written: async () => new Set(),
    stop: async () => ({ kind: 'signaled', signal: 'SIGTERM' }),
    [Symbol.asyncDispose]: close,
  }
}

/** An app with an HTTP server at port 8080. */
export async function httpApp(listener: RequestListener): Promise<FakeApp> {
  const app = fakeApp()
  await app.serve(8080, createServer(listener))
  return app
}

async function connectTo(server: Server | undefined): Promise<Duplex> {
  const address = server?.address()
  if (address === null || typeof address !== 'object') throw new Error('connect ECONNREFUSED')
  return await new Promise((resolve, reject) => {
    const socket = connect(address.port, '127.0.0.1', () => resolve(socket))
    socket.on('error', reject)
  })
}
