import type { ChildProcess, SendHandle } from 'node:child_process'
import { Socket } from 'node:net'
import { parse, safeParse } from 'valibot'
import { OperationError } from '../../std/errors.ts'
import type { ProcessStreams } from '../../sandbox/process-spec.ts'
import type { Job } from '../../std/job.ts'
import { ContainerError } from '../errors.ts'
import {
  answerSchema,
  methods,
  type Argument,
  type MethodName,
  type Result,
  type ToldAnswer,
  type ToldFailure,
  type ToldRequest,
} from '../protocol/messages.ts'

/** What is told of a container's process. */
export interface ProcessListener {
  readonly output: ProcessStreams['output']
  readonly started: () => void
}

interface Call {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** The calls to the process in the namespaces, and what it says on its own. */
export class Connection {
  readonly #child: ChildProcess
  readonly #calls = new Map<number, Call>()
  readonly #listeners = new Map<number, ProcessListener>()
  readonly #notice: (level: 'info' | 'warning', message: string) => void
  #lastId = 0
  #ended: ContainerError | undefined

  constructor(child: ChildProcess, notice: (level: 'info' | 'warning', message: string) => void) {
    this.#child = child
    this.#notice = notice
    child.on('message', (message, handle) => this.#take(message, handle))
  }

  /** Every call that waits fails with this, and every later one. */
  end(reason: ContainerError): void {
    this.#ended ??= reason
    for (const call of this.#calls.values()) call.reject(this.#ended)
    this.#calls.clear()
  }

  send(request: ToldRequest): void {
    if (this.#child.connected) this.#child.send(request, () => undefined)
  }

  /** Calls a method and waits for its answer. When the job is aborted, the other side is told, and the answer still waited for. */
  async call<Name extends MethodName>(name: Name, argument: Argument<Name>, job: Job): Promise<Result<Name>> {
    job.signal.throwIfAborted()
    if (this.#ended !== undefined) throw this.#ended
    const id = (this.#lastId += 1)
    const cancel = (): void => this.send({ type: 'cancel', id })
    job.signal.addEventListener('abort', cancel, { once: true })
    try {
      const value = await new Promise<unknown>((resolve, reject) => {
        this.#calls.set(id, { resolve, reject })
        this.send({ type: 'call', id, method: name, argument })
      })
      return parse(methods[name].result, value)
    } catch (error) {
      job.signal.throwIfAborted()
      throw error
    } finally {
      this.#calls.delete(id)
      job.signal.removeEventListener('abort', cancel)
    }
  }

  /** Who hears of a container's process from now on. */
  setListener(container: number, listener: ProcessListener | undefined): void {
    if (listener === undefined) this.#listeners.delete(container)
    else this.#listeners.set(container, listener)
  }

  #take(message: unknown, handle: SendHandle): void {
    const parsed = safeParse(answerSchema, message)
    if (parsed.success) this.#dispatch(parsed.output, handle)
    else
      this.end(new ContainerError('host-ended', 'the process that holds the containers says what nobody understands'))
  }

  async #handOn({ id, container, chunk, stream }: Extract<ToldAnswer, { type: 'output' }>): Promise<void> {
    await this.#listeners.get(container)?.output(chunk, stream)
    this.send({ type: 'taken', id })
  }

  #dispatch(answer: ToldAnswer, handle: SendHandle): void {
    switch (answer.type) {
      case 'ready':
        return
      case 'result':
        return this.#calls.get(answer.id)?.resolve(handle instanceof Socket ? handle : answer.value)
      case 'failure':
        return this.#calls.get(answer.id)?.reject(failureOf(answer.failure))
      case 'notice':
        return this.#notice(answer.level, answer.message)
      case 'output':
        return void this.#handOn(answer)
      case 'started':
        return this.#listeners.get(answer.container)?.started()
    }
  }
}

/** The error as it was there. What has no code was not foreseen there either. */
function failureOf({ message, code, hint, stack }: ToldFailure): Error {
  if (code !== undefined) return new OperationError(code, message, { hint, cause: stack })
  return new Error(message, { cause: stack })
}
