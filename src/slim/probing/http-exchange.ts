import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { cryptoModule, httpModule, tlsModule } from '../../std/node-modules.ts'
import { printable } from '../../std/printable.ts'
import type { AppSession } from '../app-session.ts'
import type { Probe, ProbeAnswer } from '../probe.ts'
import { unfinished } from './unfinished.ts'

export type HttpProbe = Extract<Probe, { kind: 'http' }>
type HttpAnswer = Extract<ProbeAnswer, { kind: 'http' }>

const keptBytesMax = 256 * 1024
/** Of what is longer, the rest is not waited for. */
const readBytesMax = 64 * 1024 * 1024
const hopHeaders: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'trailer'])

/** Where one request goes, and in which way. */
export interface HttpTarget {
  readonly port: number
  readonly speaksTls: boolean
}

/** One request on a connection of its own. Whatever goes wrong is an answer; only a cancelled job throws. */
export async function exchange(
  app: AppSession,
  target: HttpTarget,
  probe: HttpProbe,
  answerMs: number,
  job: Job,
): Promise<ProbeAnswer> {
  const startMs = performance.now()
  const timeout = AbortSignal.timeout(answerMs)
  const signal = AbortSignal.any([job.signal, timeout])
  let connection: Duplex | undefined
  try {
    connection = await within(app.connect(target.port, job), signal)
    const raw = connection
    // Errors of a connection that nobody listens to any more have no owner.
    raw.on('error', () => undefined)
    const message = await request(target.speaksTls ? secured(raw) : raw, target.port, probe, signal)
    return await readAnswer(message, startMs, signal, job)
  } catch (error) {
    job.signal.throwIfAborted()
    if (timeout.aborted) return { kind: 'none', reason: `no answer in ${answerMs} ms` }
    return { kind: 'none', reason: reasonOf(error) }
  } finally {
    connection?.destroy()
  }
}

function secured(raw: Duplex): Duplex {
  const { connect } = tlsModule()
  // Which certificate an app shows is not what is asked here.
  return connect({ socket: raw, rejectUnauthorized: false, servername: 'localhost' })
}

async function request(
  connection: Duplex,
  port: number,
  probe: HttpProbe,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = httpModule().request({
      createConnection: () => connection,
      method: probe.method,
      path: probe.path,
      setHost: false,
      headers: { ...defaultHeaders(port, probe.body), ...Object.fromEntries(probe.headers) },
      signal,
    })
    sent.on('response', resolve)
    sent.on('upgrade', (message, socket) => {
      socket.destroy()
      resolve(message)
    })
    sent.on('error', reject)
    sent.end(probe.body)
  })
}

function defaultHeaders(port: number, body: Uint8Array | undefined): Readonly<Record<string, string>> {
  return {
    host: `localhost:${port}`,
    'user-agent': 'wherry',
    accept: '*/*',
    connection: 'close',
    ...(body === undefined ? {} : { 'content-length': String(body.length) }),
  }
}

async function readAnswer(
  message: IncomingMessage,
  startMs: number,
  signal: AbortSignal,
  job: Job,
): Promise<HttpAnswer> {
  const hash = cryptoModule().createHash('sha256')
  const kept: Uint8Array[] = []
  let keptBytes = 0
  let bodyBytes = 0
  let isWhole = true
  try {
    // A stream of events has no end.
    if (/^text\/event-stream/i.test(message.headers['content-type'] ?? '')) isWhole = false
    else {
      for await (const chunk of message.iterator({ destroyOnReturn: true })) {
        const bytes: Uint8Array = chunk
        signal.throwIfAborted()
        hash.update(bytes)
        bodyBytes += bytes.length
        const part = bytes.subarray(0, keptBytesMax - keptBytes)
        keptBytes += part.length
        kept.push(part)
        if (bodyBytes > readBytesMax) break
      }
    }
  } catch {
    job.signal.throwIfAborted()
    isWhole = false
  }
  return {
    kind: 'http',
    status: message.statusCode ?? 0,
    headers: headersOf(message),
    body: isWhole ? Buffer.concat(kept) : new Uint8Array(),
    bodyBytes: isWhole ? bodyBytes : 0,
    bodyDigest: isWhole ? `sha256:${hash.digest('hex')}` : unfinished,
    elapsedMs: performance.now() - startMs,
  }
}

function headersOf(message: IncomingMessage): ReadonlyMap<string, string> {
  const headers = Object.entries(message.headersDistinct)
    .filter(([name]) => !hopHeaders.has(name))
    .map(([name, values]): [string, string] => [name, (values ?? []).join(', ')])
  return new Map(headers.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** What an app said that does not speak HTTP is told: it says the same the next time. */
function reasonOf(error: unknown): string {
  const raw = error instanceof Error && 'rawPacket' in error ? error.rawPacket : undefined
  if (!(raw instanceof Uint8Array)) return errorMessage(error)
  const firstLine = Buffer.from(raw.subarray(0, 80)).toString('latin1').split('\n')[0] ?? ''
  return `${notHttp}: ${printable(firstLine.trim())}`
}

/** How the reason begins where something answered that is no HTTP. */
export const notHttp = 'the answer is not HTTP'

/** A promise that may take longer than the signal allows. A connection that comes too late is closed. */
async function within(connecting: Promise<Duplex>, signal: AbortSignal): Promise<Duplex> {
  signal.throwIfAborted()
  return await new Promise<Duplex>((resolve, reject) => {
    const stop = (): void => {
      reject(signal.reason)
      connecting.then(
        (late) => late.destroy(),
        () => undefined,
      )
    }
    signal.addEventListener('abort', stop, { once: true })
    connecting.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
