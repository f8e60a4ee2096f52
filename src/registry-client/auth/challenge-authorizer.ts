import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import type { Endpoint } from '../api/endpoint.ts'
import type { Credential } from '../credential.ts'
import { RegistryError } from '../errors.ts'
import { isLoopback } from '../../http/loopback.ts'
import type { Access, Authorizer } from './authorizer.ts'
import { basicHeader } from './basic.ts'
import { parseChallenges, type Challenge } from './challenge.ts'
import { mergeScopes, parseScope, type Scope } from './scope.ts'
import { TokenCache } from './token-cache.ts'
import { fetchToken, type AccessToken, type TokenRequest } from './token-service.ts'

export interface AuthorizerParts {
  /** As in references. */
  readonly registry: string
  /** Whether what is allowed for the registry's own connections is allowed for its token service: plain HTTP. */
  readonly isPlainAllowed: boolean
  findCredential(repository: string | undefined, signal: AbortSignal): Promise<Credential | undefined>
  /** The endpoint at which a token service is talked to. */
  serviceAt(realm: URL): Omit<Endpoint, 'authorizer'>
}

type Known =
  | { readonly scheme: 'nothing' }
  | { readonly scheme: 'basic' }
  | { readonly scheme: 'bearer'; readonly realm: URL; readonly service: string | undefined }

/** An authorizer that learns from the registry's challenges what it wants, and gives it then without being asked. */
export function createAuthorizer(parts: AuthorizerParts): Authorizer {
  const credentials = new Map<string, Credential | undefined>()
  /** What a registry wanted beyond what the specification says. */
  const moreScopes = new Map<string, readonly Scope[]>()
  const secrets = new Secrets()
  const cache = new TokenCache(async (request, job): Promise<AccessToken> => {
    const token = await fetchToken(parts.serviceAt(request.realm), request, secrets.redact, job)
    secrets.add(token.value)
    return token
  })
  let known: Known = { scheme: 'nothing' }

  const credentialOf = async ({ repository }: Access, job: Job): Promise<Credential | undefined> => {
    const key = repository ?? ''
    if (!credentials.has(key)) {
      const credential = await findOrWarn(parts, repository, job)
      credentials.set(key, credential)
      secrets.addCredential(credential)
    }
    return credentials.get(key)
  }
  const bearerHeader = async (access: Access, job: Job): Promise<string | undefined> => {
    if (known.scheme !== 'bearer') return undefined
    const scopes = mergeScopes([...access.scopes, ...(moreScopes.get(access.repository ?? '') ?? [])])
    const { realm, service } = known
    const request: TokenRequest = { realm, service, scopes, credential: await credentialOf(access, job) }
    return `Bearer ${await cache.get(request, job)}`
  }
  return {
    async header(access, job) {
      const credential = await credentialOf(access, job)
      if (credential?.kind === 'registry-token') return `Bearer ${credential.registryToken}`
      if (known.scheme === 'basic') return credential === undefined ? undefined : basicHeader(credential)
      return bearerHeader(access, job)
    },
    async challenged(answer, access, sent, job) {
      const credential = await credentialOf(access, job)
      if (credential?.kind === 'registry-token') return undefined
      const challenges = parseChallenges(answer.headers['www-authenticate'] ?? '')
      const bearer = challenges.find((one) => one.scheme === 'bearer' && one.parameters.has('realm'))
      if (bearer !== undefined) {
        known = {
          scheme: 'bearer',
          realm: realmOf(parts, bearer, answer.url),
          service: bearer.parameters.get('service'),
        }
        moreScopes.set(access.repository ?? '', scopesOf(bearer))
        if (sent?.startsWith('Bearer ') === true) cache.forget(sent.slice('Bearer '.length))
        return bearerHeader(access, job)
      }
      const basic = challenges.some((one) => one.scheme === 'basic') && credential !== undefined
      const header = basic ? basicHeader(credential) : undefined
      if (header === undefined || header === sent) return undefined
      known = { scheme: 'basic' }
      return header
    },
    hasCredential: ({ repository }) => credentials.get(repository ?? '') !== undefined,
    redact: secrets.redact,
  }
}

/** A credential that cannot be had is no reason to fail where none may be needed. */
async function findOrWarn(
  parts: AuthorizerParts,
  repository: string | undefined,
  job: Job,
): Promise<Credential | undefined> {
  try {
    return await parts.findCredential(repository, job.signal)
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error
    const message = `${errorMessage(error)}; going on without credentials`
    job.emit({ type: 'notice', level: 'warning', message })
    return undefined
  }
}

function scopesOf(challenge: Challenge): readonly Scope[] {
  const texts = challenge.parameters.get('scope')?.split(' ') ?? []
  return texts.map(parseScope).filter((scope) => scope !== undefined)
}

/**
 * Where a registry sends us for a token. From a registry that is reached by TLS that is always a place with TLS; from one
 * that is reached by plain HTTP it may be another plain one, if that would be allowed for a registry at the same place.
 */
function realmOf(parts: AuthorizerParts, challenge: Challenge, asked: URL): URL {
  const { registry } = parts
  const fail = (why: string): never => {
    const hint = 'Credentials are not sent there. Ask who runs the registry.'
    throw new RegistryError('bad-answer', `${registry}: its token service ${why}`, { registry }, { hint })
  }
  const text = challenge.parameters.get('realm') ?? ''
  if (!URL.canParse(text)) return fail('has an address that is no URL')
  const realm = new URL(text)
  realm.username = ''
  realm.password = ''
  realm.hash = ''
  if (realm.protocol === 'https:') return realm
  if (realm.protocol !== 'http:') return fail('is reached by neither HTTPS nor HTTP')
  const isAllowed = asked.protocol === 'http:' && (parts.isPlainAllowed || isLoopback(realm.hostname))
  return isAllowed ? realm : fail('is reached by plain HTTP')
}

/** What must not come back in a message. */
class Secrets {
  readonly #values = new Set<string>()

  add(value: string): void {
    if (value !== '') this.#values.add(value)
  }

  addCredential(credential: Credential | undefined): void {
    if (credential === undefined) return
    if (credential.kind === 'identity-token') this.add(credential.identityToken)
    if (credential.kind === 'registry-token') this.add(credential.registryToken)
    if (credential.kind !== 'password') return
    this.add(credential.password)
    this.add(basicHeader(credential)?.slice('Basic '.length) ?? '')
  }

  readonly redact = (text: string): string => {
    let redacted = text
    for (const value of this.#values) redacted = redacted.replaceAll(value, '***')
    return redacted
  }
}
