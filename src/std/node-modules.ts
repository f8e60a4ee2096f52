import type * as crypto from 'node:crypto'
import type * as http from 'node:http'
import type * as https from 'node:https'
import type * as net from 'node:net'
import type * as tls from 'node:tls'
import type * as threads from 'node:worker_threads'
import type * as zlib from 'node:zlib'

/*
 * Node's modules that take long to load, loaded when they are first needed: crypto takes 8 ms, TLS 15 ms, and a pull of an
 * image that is already here needs neither. An `import` of node:http or node:crypto would also read every export, and some
 * are made when they are read: those of node:http for WebSocket load undici, 25 ms.
 */

/** For hashes and random names. */
export function cryptoModule(): typeof crypto {
  return process.getBuiltinModule('node:crypto')
}

/** For requests without TLS. */
export function httpModule(): typeof http {
  return process.getBuiltinModule('node:http')
}

/** For requests over TLS. */
export function httpsModule(): typeof https {
  return process.getBuiltinModule('node:https')
}

/** For what addresses are. */
export function netModule(): typeof net {
  return process.getBuiltinModule('node:net')
}

/** For certificates and trust. */
export function tlsModule(): typeof tls {
  return process.getBuiltinModule('node:tls')
}

/** For checksums; decompression is a stream of `archive/`. */
export function zlibModule(): typeof zlib {
  return process.getBuiltinModule('node:zlib')
}

/** For threads. */
export function threadsModule(): typeof threads {
  return process.getBuiltinModule('node:worker_threads')
}
