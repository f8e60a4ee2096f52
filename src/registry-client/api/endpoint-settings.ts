import type { RegistryClientConfig, RetrySettings, ServerSettings } from '../config.ts'
import type { EndpointSettings } from './create-endpoint.ts'

const defaultRetrySettings: RetrySettings = {
  attemptsMax: 6,
  delayMs: 500,
  delayMaxMs: 15_000,
  retryAfterMaxMs: 120_000,
}

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
  }
}
