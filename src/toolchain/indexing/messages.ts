import { MessagePort } from 'node:worker_threads'
import { custom, instance, literal, number, object, picklist, string, variant, type InferOutput } from 'valibot'
import { isLimits, type Limits } from '../../std/limits.ts'

/*
 * What is said between the thread that fetches and the one that indexes. A layer is begun by the first message, and has a port of its own
 * from then on.
 */

/** To the thread: a layer is to be read. */
export const beginningSchema = object({
  port: instance(MessagePort),
  directory: string(),
  compression: picklist(['none', 'gzip', 'zstd', 'xz', 'bzip2']),
  limits: custom<Limits>(isLimits),
})
export type Beginning = InferOutput<typeof beginningSchema>

/** To a layer's port. `finish` puts the index in its place, `drop` leaves nothing of it. */
export const requestSchema = variant('type', [
  object({ type: literal('bytes'), bytes: custom<Uint8Array>((value) => value instanceof Uint8Array) }),
  object({ type: literal('end') }),
  object({ type: literal('finish') }),
  object({ type: literal('drop') }),
])
export type Request = InferOutput<typeof requestSchema>

/** From a layer's port: how many bytes were taken to be read; or that it is finished, or dropped. */
export const answerSchema = variant('type', [
  object({ type: literal('taken'), bytes: number() }),
  object({ type: literal('done') }),
])
export type Answer = InferOutput<typeof answerSchema>
