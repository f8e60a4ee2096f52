import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'

/** An HTTP server for one test, on a free port of the loopback address. */
export interface TestHttpServer extends AsyncDisposable {
  /** As in references: `127.0.0.1:41234`. */
  readonly host: string
}

/** Starts one. Disposing of it cuts its connections. */
export async function startHttpServer(listener: RequestListener, tls?: ServerOptions): Promise<TestHttpServer> {
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  const host = await listen(server)
  return { host, [Symbol.asyncDispose]: () => close(server) }
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(`127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`)
    })
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
