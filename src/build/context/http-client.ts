import { attempt, type AttemptSettings } from '../../http/attempt.ts'
import { discardBody } from '../../http/body.ts'
import { createConnections, type Environment } from '../../http/connections.ts'
import type { HttpAnswer } from '../../http/exchange.ts'
import { singleHeader } from '../../http/headers.ts'
import { TransportError } from '../../http/transport-error.ts'
import { httpModule } from '../../std/node-modules.ts'
import type { Job } from '../../std/job.ts'
import { BuildError } from '../errors.ts'
import { withoutPassword } from './git-url.ts'

const redirectsMax = 10
const redirectStatuses = new Set([301, 302, 303, 307, 308])
const timeouts = { connectTimeoutMs: 30_000, idleTimeoutMs: 60_000 }

/** Something that answers GET. */
export interface HttpClient extends Disposable {
  /** An answer with status 200 or 304. @throws BuildError `fetch-failed` */
  get(url: URL, headers: Readonly<Record<string, string>>, job: Job): Promise<HttpAnswer>
}

/** What fetches files for a build. @param environment with proxies */
export function createHttpClient(environment: Environment): HttpClient {
  const loadCertificates = () => Promise.resolve({ authorities: [], clientPairs: [] })
  const connections = createConnections({ tlsVerify: true, environment, loadCertificates })
  const settings = { connections, isShownClientCertificate: false, ...timeouts }
  return {
    async get(url, headers, job) {
      const shown = withoutPassword(url.href)
      const answer = await follow(url, headers, settings, job).catch((error: unknown) => {
        if (!(error instanceof TransportError)) throw error
        throw new BuildError('fetch-failed', `${shown}: ${error.message}`, {
          cause: error,
          hint: 'Is the name right, and is there a way to the network? Proxies are taken from HTTP_PROXY and HTTPS_PROXY.',
        })
      })
      if (answer.status === 200 || answer.status === 304) return answer
      discardBody(answer)
      const status = `${answer.status} ${httpModule().STATUS_CODES[answer.status] ?? ''}`.trim()
      throw new BuildError('fetch-failed', `${shown}: the server answered ${status}`)
    },
    [Symbol.dispose]: () => connections.close(),
  }
}

async function follow(
  start: URL,
  headers: Readonly<Record<string, string>>,
  settings: AttemptSettings,
  job: Job,
): Promise<HttpAnswer> {
  let url = start
  for (let redirects = 0; ; redirects += 1) {
    const request = {
      method: 'GET',
      url: withoutUser(url),
      headers: { ...commonHeaders, ...authorization(url), ...headers },
    }
    const answer = await attempt({ ...request, method: 'GET' }, settings, job.signal)
    const location = singleHeader(answer.headers, 'location')
    if (!redirectStatuses.has(answer.status) || location === undefined) return answer
    discardBody(answer)
    if (redirects === redirectsMax) throw new TransportError('protocol', `more than ${redirectsMax} redirects`)
    url = nextUrl(url, location)
  }
}

const commonHeaders = { 'user-agent': 'wherry', 'accept-encoding': 'identity' }

function withoutUser(url: URL): URL {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  plain.hash = ''
  return plain
}

function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** From TLS the way never leads to plain HTTP, and a password is never taken along. @throws TransportError `protocol` */
function nextUrl(base: URL, location: string): URL {
  if (!URL.canParse(location, base)) throw new TransportError('protocol', 'the Location header is no URL')
  const url = withoutUser(new URL(location, base))
  if (url.protocol === 'https:' || (url.protocol === 'http:' && base.protocol === 'http:')) return url
  throw new TransportError('protocol', `the Location header leads to ${url.protocol}//${url.host}`)
}
