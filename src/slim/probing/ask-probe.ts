import { errorMessage } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import type { AppSession } from '../app-session.ts'
import type { Probe, ProbeAnswer, ProbePlan } from '../probe.ts'
import type { HttpProbe } from './http-exchange.ts'
import { HttpAsker } from './http-asker.ts'
import { runCommand } from './run-command.ts'
import { portsOf, type Readiness } from './wait-ready.ts'

/** Tests take longer than an answer. */
const commandMsMax = 10 * 60_000
/** How long a server that listens already may say that it is not there yet. */
const warmUpMs = 5000
const warmUpPauseMs = 100

/** Asks an app that is ready, whatever the probe is. */
export class ProbeAsker {
  readonly #app: AppSession
  readonly #ready: Readiness
  readonly #http: HttpAsker
  #isWarm = false

  constructor(app: AppSession, plan: ProbePlan, ready: Readiness) {
    this.#app = app
    this.#ready = ready
    this.#http = new HttpAsker(app, plan.answerMs)
  }

  /** Milliseconds from the start of the app until its first answer over HTTP. */
  get firstAnswerMs(): number | undefined {
    return this.#http.firstAnswerMs
  }

  async ask(probe: Probe, job: Job): Promise<ProbeAnswer> {
    switch (probe.kind) {
      case 'http':
        return await this.#askHttp(probe, job)
      case 'health':
        return await this.#askHealth(probe.command, job)
      case 'exit':
        return { kind: 'none', reason: 'it has not ended' }
      case 'command':
        return await this.#runCommand(probe.command, job)
    }
  }

  async #askHttp(probe: HttpProbe, job: Job): Promise<ProbeAnswer> {
    const port = probe.port ?? (this.#ready.kind === 'listens' ? this.#ready.port : undefined)
    if (port === undefined) return { kind: 'none', reason: 'it listens on no port' }
    const startMs = performance.now()
    for (;;) {
      const answer = await this.#http.ask(probe, port, job)
      // Once something was answered, what comes is the answer: also that nothing comes.
      if (this.#isWarm || !isWarmingUp(answer) || performance.now() - startMs > warmUpMs) {
        this.#isWarm = true
        return answer
      }
      const ended = await Promise.race([this.#app.ended, job.clock.sleep(warmUpPauseMs, job.signal)])
      if (ended !== undefined) return answer
    }
  }

  async #askHealth(command: readonly string[], job: Job): Promise<ProbeAnswer> {
    const startMs = performance.now()
    try {
      const { result, output } = await this.#app.execute(command, job)
      const elapsedMs = performance.now() - startMs
      return { kind: 'process', result, stdout: output.stdout, stderr: output.stderr, elapsedMs }
    } catch (error) {
      job.signal.throwIfAborted()
      // Of an image that does not have the program any more.
      return { kind: 'none', reason: errorMessage(error) }
    }
  }

  async #runCommand(command: string, job: Job): Promise<ProbeAnswer> {
    const isListening = this.#ready.kind === 'listens'
    const target = {
      port: isListening ? this.#ready.port : undefined,
      ports: isListening ? await portsOf(this.#app, job) : [],
      speaksTls: (port: number) => this.#http.speaksTls(port),
    }
    return await runCommand(command, this.#app, target, commandMsMax, job)
  }
}

/** What servers do between listening and being there: refuse, hang up, or say so. */
function isWarmingUp(answer: ProbeAnswer): boolean {
  if (answer.kind === 'none') return /ECONNREFUSED|ECONNRESET|EPIPE|hang up|refused/i.test(answer.reason)
  return answer.kind === 'http' && (answer.status === 502 || answer.status === 503)
}
