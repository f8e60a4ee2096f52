import type { RetrySettings } from '../http/backoff.ts'
import type { Environment, Route } from '../http/connections.ts'
import type { Credential } from './credential.ts'
import type { MountCandidates } from './mount-candidates.ts'

/** What a program may set. Everything has a default that is right for most people. */
export interface RegistryClientConfig {
  /** Settings of single registries, by the name that references use: `docker.io`, `localhost:5000`. */
  readonly registries?: Readonly<Record<string, RegistrySettings>>
  /** For all registries; see {@link ServerSettings.tlsVerify}. */
  readonly tlsVerify?: boolean
  /** For all registries; see {@link ServerSettings.caFile}. */
  readonly caFile?: string
  /** Where credentials are looked up. By default in the files of docker and podman; see `environmentCredentials`. */
  readonly credentials?: CredentialSource
  /** Which repositories may hold a blob that is to be pushed. By default nothing is known beyond this client's own life. */
  readonly mountCandidates?: MountCandidates
  /** How long a connection may take to be made, TLS included. By default half a minute. */
  readonly connectTimeoutMs?: number
  /** How long the other side may be silent while it is its turn. By default a minute. */
  readonly idleTimeoutMs?: number
  readonly retry?: Partial<RetrySettings>
  /** Proxies and file locations come from here. By default `process.env`. */
  readonly environment?: Environment
  /** Folders with `HOST/ca.crt`, `HOST/client.cert` and `HOST/client.key`, as docker and podman keep them. */
  readonly certificateDirectories?: readonly string[]
  /** Where connections go in place of the registries' own ports, and of proxies: for whoever measures a slower line. */
  readonly route?: Route | undefined
}

/** How far one server is trusted. */
export interface ServerSettings {
  /**
   * False allows a certificate that cannot be verified, and plain HTTP where the server does not speak TLS.
   * Plain HTTP to a loopback address is always allowed.
   */
  readonly tlsVerify?: boolean | undefined
  /** A PEM file with certificate authorities that are trusted in addition to Node's own and the system's. */
  readonly caFile?: string | undefined
}

/** What is set for one registry. */
export interface RegistrySettings extends ServerSettings {
  /** Asked in order before the registry itself, when pulling. Pushing always goes to the registry itself. */
  readonly mirrors?: readonly MirrorSettings[] | undefined
}

/**
 * A place that serves what another registry holds.
 *
 * Manifests and blobs that are asked for by digest are checked, whoever serves them. For a tag, though, a mirror is
 * believed as the registry would be: who runs a mirror can make `node:22` mean any image.
 */
export interface MirrorSettings extends ServerSettings {
  /** Host, port, and a path that goes before the repository: `mirror.local:5000/docker-hub`. */
  readonly location: string
}

/** A place that credentials are looked up in. */
export interface CredentialSource {
  /**
   * The credential for a registry or mirror, and undefined for none.
   *
   * @param registry as in references, `docker.io` for Docker Hub.
   * @param repository a file may hold several credentials for one registry, by path.
   */
  find(registry: string, repository: string, signal: AbortSignal): Promise<Credential | undefined>
}
