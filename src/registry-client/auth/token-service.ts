import { looseObject, number, optional, safeParse, string } from 'valibot'
import type { Job } from '../../std/job.ts'
import { TooManyBytesError } from '../../std/bytes.ts'
import { badAnswer, send, type Endpoint, type EndpointRequest } from '../api/endpoint.ts'
import type { Credential } from '../credential.ts'
import { readBody } from '../../http/body.ts'
import type { Authorizer } from './authorizer.ts'
import { basicHeader } from './basic.ts'
import { formatScope, type Scope } from './scope.ts'

/** An access token for some scopes. */
export interface AccessToken {
  readonly value: string
  /** By the job's clock. */
  readonly expiresAtMs: number
}

export interface TokenRequest {
  readonly realm: URL
  readonly service: string | undefined
  readonly scopes: readonly Scope[]
  readonly credential: Credential | undefined
}

const clientId = 'wherry'

/** What a token lives at least, and what one lives that does not say: distribution's token specification. */
const lifetimeDefaultSeconds = 60
/** A longer life is not believed, for a clock that jumps. */
const lifetimeMaxSeconds = 24 * 3600

const tokenSchema = looseObject({
  token: optional(string()),
  access_token: optional(string()),
  expires_in: optional(number()),
})

/**
 * Asks a token service: by GET with a password or as nobody, and by POST with an identity token, which is an OAuth 2
 * refresh token (distribution, "Token Authentication" and "OAuth2 Token Authentication").
 *
 * @param service talks to the realm's own host.
 * @throws RegistryError
 */
export async function fetchToken(
  service: Omit<Endpoint, 'authorizer'>,
  wanted: TokenRequest,
  redact: (text: string) => string,
  job: Job,
): Promise<AccessToken> {
  const header = wanted.credential === undefined ? undefined : basicHeader(wanted.credential)
  const authorizer: Authorizer = {
    header: () => Promise.resolve(header),
    challenged: () => Promise.resolve(undefined),
    hasCredential: () => wanted.credential !== undefined,
    redact,
  }
  const endpoint: Endpoint = { ...service, authorizer }
  const request = wanted.credential?.kind === 'identity-token' ? oauthRequest(wanted) : getRequest(wanted)
  const answer = await send(endpoint, request, job)
  let body: Uint8Array
  try {
    body = await readBody(answer, job.limits.answerBytesMax, job.signal)
  } catch (error) {
    if (error instanceof TooManyBytesError) throw badAnswer(endpoint, request, 'the answer is too long')
    throw error
  }
  const token = parseToken(body, job.clock.now())
  if (token === undefined) throw badAnswer(endpoint, request, 'the answer holds no token')
  return token
}

function getRequest({ realm, service, scopes }: TokenRequest): EndpointRequest {
  const target = new URL(realm)
  if (service !== undefined) target.searchParams.append('service', service)
  for (const scope of scopes) target.searchParams.append('scope', formatScope(scope))
  target.searchParams.append('client_id', clientId)
  return { method: 'GET', target, repository: undefined, scopes: [], expect: [200], asked: 'token' }
}

function oauthRequest({ realm, service, scopes, credential }: TokenRequest): EndpointRequest {
  const form = new URLSearchParams({ grant_type: 'refresh_token', client_id: clientId })
  if (service !== undefined) form.append('service', service)
  if (scopes.length > 0) form.append('scope', scopes.map(formatScope).join(' '))
  if (credential?.kind === 'identity-token') form.append('refresh_token', credential.identityToken)
  return {
    method: 'POST',
    target: realm,
    repository: undefined,
    scopes: [],
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: Buffer.from(form.toString()),
    expect: [200],
    asked: 'token',
  }
}

/** Undefined for anything else than a token. No error is made of the parser's own: it would quote what it could not read. */
function parseToken(body: Uint8Array, nowMs: number): AccessToken | undefined {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
  const parsed = safeParse(tokenSchema, value)
  if (!parsed.success) return undefined
  const token = parsed.output.token ?? parsed.output.access_token
  // What RFC 6750 allows in a header, so that nothing can be smuggled into one.
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) return undefined
  const said = parsed.output.expires_in ?? 0
  const lifetimeSeconds = said > 0 ? Math.min(said, lifetimeMaxSeconds) : lifetimeDefaultSeconds
  return { value: token, expiresAtMs: nowMs + lifetimeSeconds * 1000 }
}
