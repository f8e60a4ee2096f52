import { Socket } from 'node:net'
import { parse } from 'valibot'
import { errorMessage, OperationError } from '../../std/errors.ts'
import { createJob, type Job } from '../../std/job.ts'
import {
  methods,
  requestSchema,
  type MethodName,
  type Result,
  type ToldAnswer,
  type ToldFailure,
  type ToldRequest,
} from '../protocol/messages.ts'
import type { Handlers } from './handlers.ts'
import { OpenContainers } from './open-containers.ts'

/** Tells the parent something, and hands it an open connection. */
type Send = (answer: ToldAnswer, socket?: Socket) => void

/** Answers what the parent asks until it is gone. */
export function serve(channel: NodeJS.Process): void {
  const send: Send = (answer, socket) => {
    if (channel.connected) channel.send?.(answer, socket, undefined, () => undefined)
    else socket?.destroy()
  }
  const controllers = new Map<number, AbortController>()
  let handlers: OpenContainers | undefined
  let createCallJob = (signal: AbortSignal): Job => createJob({ signal })
  // Whoever asked is gone: everything in here ends with this process.
  channel.on('disconnect', () => {
    void (handlers?.[Symbol.asyncDispose]() ?? Promise.resolve()).finally(() => channel.exit(0))
  })
  channel.on('message', (message: unknown) => {
    const request = parse(requestSchema, message)
    if (request.type === 'settings') {
      const { limits } = request
      createCallJob = (signal) => createJob({ signal, limits, emit: forwardNotices(send) })
      handlers = new OpenContainers(request, send)
    } else if (request.type === 'taken') {
      handlers?.taken(request.id)
    } else if (request.type === 'cancel') {
      controllers.get(request.id)?.abort(new Error('cancelled'))
    } else if (handlers !== undefined) {
      const controller = new AbortController()
      controllers.set(request.id, controller)
      void answer(handlers, request, createCallJob(controller.signal), send).finally(() =>
        controllers.delete(request.id),
      )
    }
  })
  send({ type: 'ready' })
}

function forwardNotices(send: Send): Job['emit'] {
  return (event) => {
    if (event.type === 'notice') send({ type: 'notice', level: event.level, message: event.message })
  }
}

async function answer(
  handlers: Handlers,
  { id, method, argument }: Extract<ToldRequest, { type: 'call' }>,
  job: Job,
  send: Send,
): Promise<void> {
  try {
    if (!isMethodName(method)) throw new TypeError(`there is no method ${method}`)
    const value: unknown = await handle(handlers, method, argument, job)
    if (value instanceof Socket) send({ type: 'result', id, value: undefined }, value)
    else send({ type: 'result', id, value })
  } catch (error) {
    send({ type: 'failure', id, failure: toldFailure(error) })
  }
}

function isMethodName(name: string): name is MethodName {
  return Object.hasOwn(methods, name)
}

async function handle<Name extends MethodName>(
  handlers: Handlers,
  name: Name,
  argument: unknown,
  job: Job,
): Promise<Result<Name>> {
  return await handlers[name](parse(methods[name].argument, argument), job)
}

function toldFailure(error: unknown): ToldFailure {
  const stack = error instanceof Error ? error.stack : undefined
  const told = { message: errorMessage(error), ...(stack === undefined ? {} : { stack }) }
  if (!(error instanceof OperationError)) return told
  return { ...told, code: error.code, ...(error.hint === undefined ? {} : { hint: error.hint }) }
}
