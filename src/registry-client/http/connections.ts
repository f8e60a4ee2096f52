import type { Agent, AgentOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isLoopback } from './loopback.ts'
import { loadHostCertificates, secureContext, type HostCertificates, type TrustSettings } from './trust.ts'

const { Agent: HttpAgent } = process.getBuiltinModule('node:http')

export interface ConnectionSettings extends TrustSettings {
  readonly tlsVerify: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Bytes that Node collects before it hands them on. Larger pieces mean fewer calls for the same bytes. */
const highWaterMarkBytes = 1024 * 1024
const idleConnectionsMax = 16

/** The connections to one server and to where it sends us: kept open, and each kind trusting what it should. */
export interface Connections {
  /**
   * What makes the connection for a URL. Only the server itself is shown a client certificate.
   *
   * @throws RegistryError `bad-configuration`
   */
  agentFor(url: URL, isServerItself: boolean): Promise<Agent>
  /** Trusts the system's authorities from now on. False if that was so already, or nothing is verified at all. */
  trustSystem(): boolean
  /** Closes what is idle, now, and what is in use when it ends. */
  close(): void
}

export function createConnections(settings: ConnectionSettings): Connections {
  const agents = new Map<string, HttpsAgent | Agent>()
  let certificates: Promise<HostCertificates> | undefined
  let withSystem = false

  const make = async (url: URL, isServerItself: boolean): Promise<Agent> => {
    const options = agentOptions(url, settings.environment)
    if (url.protocol === 'http:') return new HttpAgent(options)
    certificates ??= loadHostCertificates(settings)
    const context = secureContext(await certificates, withSystem, isServerItself)
    return new HttpsAgent({ ...options, secureContext: context, rejectUnauthorized: settings.tlsVerify })
  }
  return {
    async agentFor(url, isServerItself) {
      const key = `${url.protocol}//${url.host} ${isServerItself} ${withSystem}`
      const known = agents.get(key)
      if (known !== undefined) return known
      const made = await make(url, isServerItself)
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

/**
 * Proxies come from HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case, as Node reads them. Loopback is never
 * proxied: Go's tools do the same.
 */
function agentOptions(url: URL, environment: ConnectionSettings['environment']): AgentOptions {
  const isProxied = !isLoopback(url.hostname) && Object.keys(environment).some((name) => /^https?_proxy$/i.test(name))
  // Node passes what it does not know on to the socket, and its types do not tell.
  const socketOptions = { highWaterMark: highWaterMarkBytes }
  const proxy = isProxied ? { proxyEnv: { ...environment } } : {}
  return { ...socketOptions, ...proxy, keepAlive: true, maxFreeSockets: idleConnectionsMax }
}
