import type { Job } from '../../std/job.ts'
import type { AppSession } from '../app-session.ts'
import type { ProbeAnswer } from '../probe.ts'
import { exchange, notHttp, type HttpProbe } from './http-exchange.ts'

/** Asks an app over HTTP, or HTTPS on ports where it speaks that. */
export class HttpAsker {
  readonly #app: AppSession
  readonly #answerMs: number
  readonly #speaksTls = new Map<number, boolean>()
  /** Milliseconds from the start of the app until its first answer. */
  firstAnswerMs: number | undefined

  constructor(app: AppSession, answerMs: number) {
    this.#app = app
    this.#answerMs = answerMs
  }

  /** Whether a port answered over TLS. */
  speaksTls(port: number): boolean {
    return this.#speaksTls.get(port) ?? false
  }

  async ask(probe: HttpProbe, port: number, job: Job): Promise<ProbeAnswer> {
    const known = this.#speaksTls.get(port)
    const answer = await this.#exchange(probe, port, known ?? false, job)
    if (known !== undefined) return answer
    if (!mayWantTls(answer)) return answer
    const overTls = await this.#exchange(probe, port, true, job)
    const isTls = overTls.kind === 'http'
    if (isTls || answer.kind === 'http') this.#speaksTls.set(port, isTls)
    return isTls ? overTls : answer
  }

  async #exchange(probe: HttpProbe, port: number, speaksTls: boolean, job: Job): Promise<ProbeAnswer> {
    const answer = await exchange(this.#app, { port, speaksTls }, probe, this.#answerMs, job)
    if (answer.kind === 'http') this.firstAnswerMs ??= this.#app.elapsedMs()
    return answer
  }
}

/** What servers do with a plain request on a TLS port: an alert, a closed connection, or status 400 with words. */
function mayWantTls(answer: ProbeAnswer): boolean {
  if (answer.kind === 'none') return /socket hang up|ECONNRESET|EPIPE/.test(answer.reason) || isTlsAlert(answer.reason)
  return answer.kind === 'http' && answer.status === 400 && /https/i.test(Buffer.from(answer.body).toString())
}

/** The record type of an alert is 21 (RFC 8446, 5.1). */
function isTlsAlert(reason: string): boolean {
  return reason.startsWith(`${notHttp}: \\x15`)
}
