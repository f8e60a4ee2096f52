/** The name of a base image taken apart, as far as its text goes. */
export interface ImageName {
  /** `docker.io`, `gcr.io` */
  readonly registry: string
  /** `library/node`, `distroless/static` */
  readonly repository: string
  /** Undefined where none is written. */
  readonly tag: string | undefined
  /** `sha256:…` */
  readonly digest: string | undefined
}

/**
 * Takes the name of an image apart as docker does: what stands before the first `/` is a registry if it looks like a host, names
 * without one are of Docker Hub. Names that nobody could pull are taken apart all the same.
 */
export function splitImageName(reference: string): ImageName {
  const at = reference.indexOf('@')
  const digest = at === -1 ? undefined : reference.slice(at + 1)
  const name = at === -1 ? reference : reference.slice(0, at)
  const colon = name.indexOf(':', name.lastIndexOf('/') + 1)
  const tag = colon === -1 ? undefined : name.slice(colon + 1)
  const path = colon === -1 ? name : name.slice(0, colon)
  const slash = path.indexOf('/')
  const first = path.slice(0, Math.max(0, slash))
  const hasRegistry = slash !== -1 && (/[.:]/.test(first) || first === 'localhost')
  const registry = hasRegistry ? first : 'docker.io'
  const rest = hasRegistry ? path.slice(slash + 1) : path
  const isHub = ['docker.io', 'index.docker.io', 'registry-1.docker.io'].includes(registry)
  const repository = isHub && !rest.includes('/') ? `library/${rest}` : rest
  return { registry: isHub ? 'docker.io' : registry, repository, tag, digest }
}

/** The name as people write it: without `docker.io/library/`. */
export function familiarName({ registry, repository }: ImageName): string {
  if (registry !== 'docker.io') return `${registry}/${repository}`
  return repository.startsWith('library/') ? repository.slice('library/'.length) : repository
}

/** The name of the image at its source: mirrors have Docker's official images under names of their own. */
export function officialName(name: ImageName): string {
  const familiar = familiarName(name)
  return familiar.replace(
    /^(?:public\.ecr\.aws\/docker\/library|mirror\.gcr\.io\/library|mcr\.microsoft\.com\/mirror\/docker\/library|amd64|i386|arm32v[567]|arm64v8|ppc64le|s390x|riscv64)\/(?=[^/]+$)/,
    '',
  )
}
