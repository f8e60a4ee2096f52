import { createServer, type RequestListener, type Server } from 'node:http'
import { connect } from 'node:net'
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

/** A proxy that knows CONNECT only. `lead` says where a target such as `registry.test:443` really is. */
export async function startTunnel(lead: (target: string) => string): Promise<TestHttpServer> {
  const server = createServer()
  server.on('connect', (request, client) => {
    const [host = '', port = ''] = lead(request.url ?? '').split(':')
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    client.on('error', () => upstream.destroy()).on('close', () => upstream.destroy())
    upstream.on('error', () => client.destroy()).on('close', () => client.destroy())
  })
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
