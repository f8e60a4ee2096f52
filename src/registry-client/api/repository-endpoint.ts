import { isManifestMediaType } from '../../image/media-type.ts'
import type { Descriptor } from '../../image/descriptor.ts'
import type { Digest } from '../../image/digest.ts'
import { repositoryScope, type Scope } from '../auth/scope.ts'
import type { Endpoint } from './endpoint.ts'

/** One repository at one registry or mirror. */
export interface RepositoryEndpoint {
  readonly endpoint: Endpoint
  /** Its path there, which at a mirror may have a prefix. */
  readonly name: string
  /** Whether tokens are asked for pushing from the start, so that one does for all requests. */
  readonly isForPush: boolean
}

export function pathOf(at: RepositoryEndpoint, rest: string): string {
  return `/v2/${at.name}/${rest}`
}

export function manifestPath(at: RepositoryEndpoint, tagOrDigest: string): string {
  return pathOf(at, `manifests/${tagOrDigest}`)
}

export function blobPath(at: RepositoryEndpoint, digest: Digest): string {
  return pathOf(at, `blobs/${digest}`)
}

/** Manifests and blobs have their own places in a registry. */
export function contentPath(at: RepositoryEndpoint, descriptor: Descriptor): string {
  return isManifestMediaType(descriptor.mediaType)
    ? manifestPath(at, descriptor.digest)
    : blobPath(at, descriptor.digest)
}

/** For errors: `manifest sha256:…`. */
export function contentName(descriptor: Descriptor): string {
  return `${isManifestMediaType(descriptor.mediaType) ? 'manifest' : 'blob'} ${descriptor.digest}`
}

export function readScopes(at: RepositoryEndpoint): readonly Scope[] {
  return [at.isForPush ? repositoryScope(at.name, 'pull', 'push') : repositoryScope(at.name, 'pull')]
}

export function writeScopes(at: RepositoryEndpoint): readonly Scope[] {
  return [repositoryScope(at.name, 'pull', 'push')]
}

export function deleteScopes(at: RepositoryEndpoint): readonly Scope[] {
  return [repositoryScope(at.name, 'pull', 'delete')]
}
