import type * as http from 'node:http'
import type * as https from 'node:https'
import type * as tls from 'node:tls'

/*
 * Node's modules for talking, loaded when they are first needed. TLS takes 15 ms to load, which a registry on this machine
 * without TLS can do without. And an `import` of node:http would read every export of that module, of which the ones for
 * WebSocket load undici when they are read: 25 ms that nothing here has use for.
 */

export function httpModule(): typeof http {
  return process.getBuiltinModule('node:http')
}

export function httpsModule(): typeof https {
  return process.getBuiltinModule('node:https')
}

export function tlsModule(): typeof tls {
  return process.getBuiltinModule('node:tls')
}
