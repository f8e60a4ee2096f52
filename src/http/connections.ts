import type { Agent, AgentOptions } from 'node:http'
import { Duplex } from 'node:stream'
import type { PeerCertificate, SecureContext } from 'node:tls'
import { assert } from '../std/assert.ts'
import { httpModule, httpsModule, tlsModule } from '../std/node-modules.ts'
import { isLoopback } from './loopback.ts'

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Certificates for one server, in PEM. */
export interface HostCertificates {
  /** Authorities that are trusted in addition to Node's own. */
  readonly authorities: readonly string[]
  /** What proves to the server who we are. */
  readonly clientPairs: readonly { readonly cert: string; readonly key: string }[]
}

/** How connections are made, and whom they trust. */
export interface ConnectionSettings {
  /** False takes any certificate. */
  readonly tlsVerify: boolean
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case, are read as Node reads them. */
  readonly environment: Environment
  /** Called when the first connection over TLS is to be made. What it throws is thrown there. */
  readonly loadCertificates: () => Promise<HostCertificates>
  /** Where connections go in place of the servers' own ports; undefined: to these, or to a proxy. */
  readonly route?: Route | undefined
}

/** Gives a port of this machine's loopback that leads to a port of a host. What it throws fails the connection. */
export type Route = (host: string, port: number) => Promise<number>

const idleConnectionsMax = 16

/** The connections to one server and to where it sends us: kept open, and each kind trusting what it should. */
export interface Connections {
  /**
   * What makes the connections for a URL, with or without showing the client certificate.
   *
   * @throws what loading the certificates throws.
   */
  agentFor(url: URL, isShownClientCertificate: boolean): Promise<Agent>
  /** Trusts the system's authorities from now on. False if that was so already, or nothing is verified at all. */
  trustSystem(): boolean
  /** Closes what is idle, now, and what is in use when it ends. */
  close(): void
}

/** Nothing is connected yet. Who has it closes it. */
export function createConnections(settings: ConnectionSettings): Connections {
  const agents = new Map<string, Agent>()
  let certificates: Promise<HostCertificates> | undefined
  let withSystem = false

  const make = async (url: URL, isShownClientCertificate: boolean): Promise<Agent> => {
    const { route, environment } = settings
    // What leads elsewhere leads past proxies.
    const options = agentOptions(url, route === undefined ? environment : {})
    if (url.protocol === 'http:') return routed(new (httpModule().Agent)(options), url, 80, route)
    certificates ??= settings.loadCertificates()
    const context = secureContext(await certificates, withSystem, isShownClientCertificate)
    const trust = { secureContext: context, rejectUnauthorized: settings.tlsVerify }
    const { Agent } = httpsModule()
    if (route === undefined) return new Agent({ ...options, ...trust })
    const { checkServerIdentity: check } = tlsModule()
    const checkServerIdentity = (_: string, certificate: PeerCertificate) => check(hostOf(url), certificate)
    return routed(new Agent({ ...options, ...trust, checkServerIdentity }), url, 443, route)
  }
  return {
    async agentFor(url, isShownClientCertificate) {
      const key = `${url.protocol}//${url.host} ${isShownClientCertificate} ${withSystem}`
      const known = agents.get(key)
      if (known !== undefined) return known
      const made = await make(url, isShownClientCertificate)
      const meanwhile = agents.get(key) ?? made
      agents.set(key, meanwhile)
      return meanwhile
    },
    trustSystem() {
      if (withSystem || !settings.tlsVerify) return false
      withSystem = true
      return true
    },
    close() {
      for (const agent of agents.values()) agent.destroy()
      agents.clear()
    },
  }
}

/** The agent, whose connections go where a route says. */
function routed(agent: Agent, url: URL, usualPort: number, route: Route | undefined): Agent {
  if (route === undefined) return agent
  const connect = agent.createConnection.bind(agent)
  agent.createConnection = (options, done) => {
    void (async () => {
      try {
        const port = await route(hostOf(url), Number(url.port || usualPort))
        const socket = connect({ ...options, host: '127.0.0.1', port })
        assert(socket instanceof Duplex, 'agents of Node connect at once')
        done?.(null, socket)
      } catch (error) {
        done?.(error instanceof Error ? error : new Error(String(error)), new Duplex())
      }
    })()
    return undefined
  }
  return agent
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

/** Loopback is never proxied: Go's tools do the same. */
function agentOptions(url: URL, environment: Environment): AgentOptions {
  const isProxied = !isLoopback(url.hostname) && Object.keys(environment).some((name) => /^https?_proxy$/i.test(name))
  const proxy = isProxied ? { proxyEnv: { ...environment } } : {}
  return { ...proxy, keepAlive: true, maxFreeSockets: idleConnectionsMax }
}

/**
 * A TLS context that trusts Node's own authorities and the host's, and the system's too if `withSystem` says so.
 * Reading the system's takes 60 ms, which almost no public server needs: they are asked only when the others do not
 * know a certificate.
 */
function secureContext(
  certificates: HostCertificates,
  withSystem: boolean,
  withClientCertificate: boolean,
): SecureContext {
  const { createSecureContext, getCACertificates } = tlsModule()
  const more = [...certificates.authorities, ...(withSystem ? getCACertificates('system') : [])]
  const pairs = withClientCertificate ? certificates.clientPairs : []
  return createSecureContext({
    ...(more.length === 0 ? {} : { ca: [...new Set([...getCACertificates('default'), ...more])] }),
    ...(pairs.length === 0 ? {} : { cert: pairs.map((pair) => pair.cert), key: pairs.map((pair) => pair.key) }),
  })
}
