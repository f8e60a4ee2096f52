import { parseDigest, type Digest } from './digest.ts'
import { ImageError } from './errors.ts'

/**
 * The name of an image: a registry, a repository in it, and a tag, a digest or both.
 *
 * The grammar and the short forms are the field's (distribution/reference): `node:22` is
 * `docker.io/library/node:22`, `me/app` is `docker.io/me/app:latest`, and a first part with a dot, a colon or a capital
 * letter, or `localhost`, is a registry.
 */
export interface Reference {
  /** Host and port: `docker.io`, `localhost:5000`, `[::1]:5000`. */
  readonly registry: string
  /** Path in the registry: `library/node`. */
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: Digest | undefined
}

const defaultRegistry = 'docker.io'
const repositoryLengthMax = 255

const componentPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/
const tagPattern = /^\w[\w.-]{0,127}$/
const registryPattern =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]{1,5})?$/

/**
 * Reads a name as people write it. A name with neither tag nor digest gets the tag `latest`.
 *
 * @throws ImageError `bad-name`, saying which part is wrong.
 */
export function parseReference(text: string): Reference {
  const { registry, repository, tag, digest } = split(text)
  if (tag === undefined && digest === undefined) return { registry, repository, tag: 'latest', digest: undefined }
  return { registry, repository, tag, digest }
}

/** Reads a name that must have neither tag nor digest: what `tags` is asked about. @throws ImageError `bad-name` */
export function parseRepository(text: string): { readonly registry: string; readonly repository: string } {
  const { registry, repository, tag, digest } = split(text)
  if (tag === undefined && digest === undefined) return { registry, repository }
  return bad(text, 'a repository has no tag and no digest', `Ask for ${registry}/${repository}.`)
}

/** The full form, with registry and every part that is set: `docker.io/library/node:22@sha256:…`. */
export function formatReference(reference: Reference): string {
  const tag = reference.tag === undefined ? '' : `:${reference.tag}`
  const digest = reference.digest === undefined ? '' : `@${reference.digest}`
  return `${reference.registry}/${reference.repository}${tag}${digest}`
}

/** The form that people know: without `docker.io/` and `library/` where that still means the same. */
export function familiarReference(reference: Reference): string {
  const full = formatReference(reference)
  if (reference.registry !== defaultRegistry) return full
  const path = full.slice(defaultRegistry.length + 1)
  const [first = '', ...rest] = reference.repository.split('/')
  if (looksLikeRegistry(first)) return full
  return first === 'library' && rest.length === 1 ? path.slice('library/'.length) : path
}

/** What makes the first part of a name a registry and not a part of the repository. */
function looksLikeRegistry(part: string): boolean {
  return /[.:[]/.test(part) || part === 'localhost' || part !== part.toLowerCase()
}

function split(text: string): Reference {
  if (text === '') return bad(text, 'it is empty', 'Give a name such as node:22 or localhost:5000/app:1.')
  const at = text.indexOf('@')
  const digest = at === -1 ? undefined : parseDigest(text.slice(at + 1))
  const name = at === -1 ? text : text.slice(0, at)
  const colon = name.lastIndexOf(':')
  const hasTag = colon > name.lastIndexOf('/') && !name.endsWith(']')
  const tag = hasTag ? name.slice(colon + 1) : undefined
  if (tag !== undefined && !tagPattern.test(tag)) {
    return bad(
      text,
      `the tag ${JSON.stringify(tag)} is not one`,
      'A tag is up to 128 letters, digits, "_", "." and "-".',
    )
  }
  return { ...splitName(text, hasTag ? name.slice(0, colon) : name), tag, digest }
}

function splitName(text: string, name: string): { readonly registry: string; readonly repository: string } {
  const slash = name.indexOf('/')
  const first = slash === -1 ? '' : name.slice(0, slash)
  const isRegistry = looksLikeRegistry(first)
  const given = isRegistry ? first : defaultRegistry
  const registry = given === 'index.docker.io' ? defaultRegistry : given
  const path = isRegistry ? name.slice(slash + 1) : name
  if (!registryPattern.test(registry)) {
    return bad(
      text,
      `${JSON.stringify(registry)} is not a registry`,
      'A registry is a host name, with a port if need be.',
    )
  }
  const repository = registry === defaultRegistry && !path.includes('/') ? `library/${path}` : path
  checkRepository(text, path, repository)
  return { registry, repository }
}

function checkRepository(text: string, path: string, repository: string): void {
  if (repository.length > repositoryLengthMax)
    bad(text, `the repository is longer than ${repositoryLengthMax} characters`)
  const wrong = repository.split('/').find((component) => !componentPattern.test(component))
  if (wrong === undefined) return
  if (wrong !== wrong.toLowerCase()) {
    const meant = text.replace(path, path.toLowerCase())
    bad(text, 'a repository is written in lower case', `Did you mean ${meant}?`)
  }
  bad(
    text,
    wrong === '' ? 'a part of the repository is empty' : `${JSON.stringify(wrong)} is no part of a repository`,
    'Parts are letters and digits, joined by single ".", "_", "__" or "-", and separated by "/".',
  )
}

function bad(text: string, why: string, hint?: string): never {
  throw new ImageError('bad-name', `not an image name: ${JSON.stringify(text)}: ${why}`, { hint })
}
