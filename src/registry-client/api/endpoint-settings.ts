import { defaultRetrySettings } from '../../http/backoff.ts'
import type { RegistryClientConfig, ServerSettings } from '../config.ts'
import type { EndpointSettings } from './create-endpoint.ts'

const defaultCertificateDirectories: readonly string[] = ['/etc/containers/certs.d', '/etc/docker/certs.d']

/** What a program set for one registry, and the defaults for what it did not. */
export function endpointSettings(
  registry: string,
  settings: ServerSettings,
  config: RegistryClientConfig,
): Omit<EndpointSettings, 'credentials'> {
  return {
    registry,
    environment: config.environment ?? process.env,
    tlsVerify: settings.tlsVerify ?? config.tlsVerify ?? true,
    caFiles: [settings.caFile, config.caFile].filter((file) => file !== undefined),
    certificateDirectories: config.certificateDirectories ?? defaultCertificateDirectories,
    connectTimeoutMs: config.connectTimeoutMs ?? 30_000,
    idleTimeoutMs: config.idleTimeoutMs ?? 60_000,
    retry: { ...defaultRetrySettings, ...config.retry },
    route: config.route,
  }
}
