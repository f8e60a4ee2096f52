import { createSign, randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { startHttpServer } from './http-server.ts'
import { makeSigningCertificate } from './certificates.ts'
import type { RegistryAuth } from './registry.ts'

/** Who may do what: actions by repository, `*` for every repository. */
export type Grants = Readonly<Record<string, readonly string[]>>

export interface TokenServiceOptions {
  readonly users?: Readonly<Record<string, { readonly password: string; readonly grants: Grants }>>
  /** What nobody in particular may do. */
  readonly anonymous?: Grants
  /** Refresh tokens, and whose they are. */
  readonly identityTokens?: Readonly<Record<string, string>>
  readonly expiresInSeconds?: number
}

/** A token service as docker-registry's token authentication wants it: JSON web tokens, signed with RS256. */
export interface TokenService extends AsyncDisposable {
  /** For the registry that is to trust it. */
  readonly auth: RegistryAuth
  /** One line for each request: `GET nobody repository:app:pull`, `POST ada …`. */
  readonly requests: readonly string[]
  /** The next token is one that no registry takes. */
  spoilNext(): void
}

const service = 'registry of a test'
const issuer = 'issuer of a test'

/** @param directory keeps its key and certificate. */
export async function startTokenService(directory: string, options: TokenServiceOptions): Promise<TokenService> {
  const { certificate, key } = await makeSigningCertificate(directory, 'token')
  const signer: Signer = { key: await readFile(key, 'utf8'), certificate: pemBody(await readFile(certificate, 'utf8')) }
  const requests: string[] = []
  let isNextSpoilt = false
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = await readRequest(request, options)
    requests.push([request.method, asked.user ?? 'nobody', ...asked.scopes].join(' '))
    if (asked.isRefused) {
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"details":"incorrect username or password"}')
      return
    }
    const grants = asked.user === undefined ? options.anonymous : options.users?.[asked.user]?.grants
    const token = isNextSpoilt
      ? 'not.a.token'
      : makeToken(signer, asked.user ?? '', accessOf(asked.scopes, grants ?? {}))
    isNextSpoilt = false
    const body = { token, access_token: token, expires_in: options.expiresInSeconds ?? 300 }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  }
  const server = await startHttpServer((request, response) => void answer(request, response))
  const realm = `http://${server.host}/token`
  return {
    auth: { kind: 'token', realm, service, issuer, rootcertbundle: certificate },
    requests,
    spoilNext() {
      isNextSpoilt = true
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  }
}

interface Signer {
  readonly key: string
  /** DER in base64, as it goes into `x5c`. */
  readonly certificate: string
}

interface AskedToken {
  readonly user: string | undefined
  readonly isRefused: boolean
  readonly scopes: readonly string[]
}

async function readRequest(request: IncomingMessage, options: TokenServiceOptions): Promise<AskedToken> {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request))
    const user = options.identityTokens?.[form.get('refresh_token') ?? '']
    const isComplete = form.get('grant_type') === 'refresh_token' && form.get('service') === service
    return { user, isRefused: user === undefined || !isComplete, scopes: (form.get('scope') ?? '').split(' ') }
  }
  const scopes = new URL(request.url ?? '/', 'http://localhost').searchParams.getAll('scope')
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? '')
  if (basic === null) return { user: undefined, isRefused: false, scopes }
  const [user = '', password] = Buffer.from(basic[1] ?? '', 'base64')
    .toString()
    .split(':')
  return { user, isRefused: options.users?.[user]?.password !== password, scopes }
}

interface GrantedAccess {
  readonly type: string
  readonly name: string
  readonly actions: readonly string[]
}

/** What of the wanted access is granted. A token service grants less rather than refusing. */
function accessOf(scopes: readonly string[], grants: Grants): readonly GrantedAccess[] {
  return scopes.flatMap((scope) => {
    const [type = '', name = '', actions = ''] = scope.split(':')
    const granted = new Set([...(grants[name] ?? []), ...(grants['*'] ?? [])])
    return [{ type, name, actions: actions.split(',').filter((action) => granted.has(action)) }]
  })
}

function makeToken(signer: Signer, subject: string, access: readonly GrantedAccess[]): string {
  const now = Math.floor(Date.now() / 1000)
  const header = { typ: 'JWT', alg: 'RS256', x5c: [signer.certificate] }
  const times = { iat: now, nbf: now - 10, exp: now + 300 }
  const claims = { iss: issuer, aud: service, sub: subject, jti: randomUUID(), ...times, access }
  const signed = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(signer.key, 'base64url')}`
}

function pemBody(pem: string): string {
  return pem.replaceAll(/-----[A-Z ]+-----|\s/g, '')
}
