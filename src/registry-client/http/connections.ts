import type { Agent, AgentOptions } from 'node:http'
import type { Environment } from '../config.ts'
import { isLoopback } from './loopback.ts'
import { httpModule, httpsModule } from '../../std/node-modules.ts'
import { loadHostCertificates, secureContext, type HostCertificates, type TrustSettings } from './trust.ts'

export interface ConnectionSettings extends TrustSettings {
  readonly tlsVerify: boolean
  readonly environment: Environment
}

const idleConnectionsMax = 16

/** The connections to one server and to where it sends us: kept open, and each kind trusting what it should. */
export interface Connections {
  /**
   * What makes the connections for a URL, with or without showing the client certificate.
   *
   * @throws RegistryError `bad-configuration`
   */
  agentFor(url: URL, isShownClientCertificate: boolean): Promise<Agent>
  /** Trusts the system's authorities from now on. False if that was so already, or nothing is verified at all. */
  trustSystem(): boolean
  /** Closes what is idle, now, and what is in use when it ends. */
  close(): void
}

export function createConnections(settings: ConnectionSettings): Connections {
  const agents = new Map<string, Agent>()
  let certificates: Promise<HostCertificates> | undefined
  let withSystem = false

  const make = async (url: URL, isShownClientCertificate: boolean): Promise<Agent> => {
    const options = agentOptions(url, settings.environment)
    if (url.protocol === 'http:') return new (httpModule().Agent)(options)
    certificates ??= loadHostCertificates(settings)
    const context = secureContext(await certificates, withSystem, isShownClientCertificate)
    return new (httpsModule().Agent)({ ...options, secureContext: context, rejectUnauthorized: settings.tlsVerify })
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

/**
 * Proxies come from HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in either case, as Node reads them. Loopback is never
 * proxied: Go's tools do the same.
 */
function agentOptions(url: URL, environment: Environment): AgentOptions {
  const isProxied = !isLoopback(url.hostname) && Object.keys(environment).some((name) => /^https?_proxy$/i.test(name))
  const proxy = isProxied ? { proxyEnv: { ...environment } } : {}
  return { ...proxy, keepAlive: true, maxFreeSockets: idleConnectionsMax }
}
