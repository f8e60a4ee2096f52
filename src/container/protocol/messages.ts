import { Socket } from 'node:net'
import {
  array,
  boolean,
  custom,
  literal,
  map,
  number,
  object,
  optional,
  picklist,
  set,
  string,
  undefined_,
  union,
  unknown,
  variant,
  type GenericSchema,
  type InferOutput,
} from 'valibot'
import { ulimitNames } from '../../std/syscalls-limits.ts'
import { digestSchema } from '../../image/descriptor.ts'
import { isLimits, type Limits } from '../../std/limits.ts'

/*
 * What the two processes say to each other, over Node's own channel in its `advanced` form (structured clone). Both sides check what
 * comes: the side in the namespaces deals with files that strangers wrote.
 */

const layerIds = array(digestSchema)
const bytes = custom<Uint8Array>((value) => value instanceof Uint8Array)
const absent = undefined_()
const optionalNumber = union([number(), absent])
const signal = custom<NodeJS.Signals>((value) => typeof value === 'string' && value.startsWith('SIG'))

const mountSchema = variant('kind', [
  object({ kind: literal('bind'), source: string(), target: string(), isReadOnly: boolean() }),
  object({
    ...{ kind: literal('tmpfs'), target: string(), sizeBytes: optionalNumber, mode: optionalNumber },
    ...{ uid: optional(number()), gid: optional(number()) },
    ...{ isReadOnly: optional(boolean()), forbidsPrograms: optional(boolean()) },
  }),
  object({
    kind: literal('layers'),
    layerIds,
    source: string(),
    target: string(),
    isReadOnly: boolean(),
  }),
  object({
    kind: literal('content'),
    content: bytes,
    target: string(),
    mode: number(),
    uid: number(),
    gid: number(),
  }),
  object({
    kind: literal('cache'),
    directory: string(),
    seed: union([object({ layerIds, source: string() }), absent]),
    source: string(),
    target: string(),
    isReadOnly: boolean(),
    mode: number(),
    uid: number(),
    gid: number(),
  }),
])

/** A mount as it is told to the other process: layers by their diff IDs, which are indexed already. */
export type ToldMount = InferOutput<typeof mountSchema>

const ulimitSchema = object({ name: picklist(ulimitNames), soft: number(), hard: number() })

const processSchema = object({
  arguments: array(string()),
  environment: map(string(), string()),
  workingDirectory: string(),
  user: string(),
  hostname: string(),
  mounts: array(mountSchema),
  network: picklist(['none', 'host', 'private']),
  sharedNetwork: union([number(), absent]),
  publishedPorts: array(
    object({
      hostAddress: string(),
      hostPort: number(),
      containerPort: number(),
      protocol: picklist(['tcp', 'udp']),
    }),
  ),
  capabilities: set(string()),
  isPrivileged: boolean(),
  isRootReadOnly: boolean(),
  terminal: union([object({ columns: number(), rows: number() }), absent]),
  limits: object({ memoryBytes: optionalNumber, cpus: optionalNumber, ulimits: array(ulimitSchema) }),
  sharedMemoryBytes: optionalNumber,
  extraHosts: array(object({ name: string(), address: string() })),
})

/** A process as it is told to the other process. */
export type ToldProcess = InferOutput<typeof processSchema>

const containerNumber = object({ container: number() })

const exitSchema = variant('kind', [
  object({ kind: literal('exited'), status: number() }),
  object({ kind: literal('signaled'), signal }),
])

const accessesSchema = object({ opened: set(string()), executed: set(string()) })
export type ToldAccesses = InferOutput<typeof accessesSchema>

/** Everything that can be asked of the process in the namespaces. */
export const methods = {
  /** Opens layers that are indexed, and keeps them open to its end. */
  holdLayers: { argument: object({ layerIds }), result: absent },
  open: {
    argument: object({ layerIds, observed: union([picklist(['opened', 'missing']), absent]) }),
    result: number(),
  },
  close: { argument: containerNumber, result: absent },
  openNetwork: { argument: object({ kind: picklist(['none', 'private']) }), result: number() },
  closeNetwork: { argument: object({ network: number() }), result: absent },
  run: {
    argument: object({ container: number(), process: processSchema, hasInput: boolean() }),
    result: exitSchema,
  },
  input: { argument: object({ container: number(), chunk: union([bytes, absent]) }), result: absent },
  kill: { argument: object({ container: number(), signal }), result: absent },
  stop: { argument: object({ container: number(), signal, graceMs: number() }), result: absent },
  resize: { argument: object({ container: number(), columns: number(), rows: number() }), result: absent },
  findUser: {
    argument: object({ container: number(), user: string() }),
    result: object({ uid: number(), gid: number(), additionalGids: array(number()) }),
  },
  begun: { argument: containerNumber, result: number() },
  execute: {
    argument: object({ container: number(), command: array(string()) }),
    result: object({ result: exitSchema, stdout: bytes, stderr: bytes, isCut: boolean() }),
  },
  listeningPorts: { argument: containerNumber, result: array(number()) },
  /** The socket goes with the answer. */
  connect: {
    argument: object({ container: number(), port: number() }),
    result: custom<Socket>((value) => value instanceof Socket),
  },
  memory: { argument: containerNumber, result: object({ sizeBytes: optionalNumber, isLimited: boolean() }) },
  missing: { argument: containerNumber, result: array(string()) },
  written: { argument: containerNumber, result: set(string()) },
  accessed: { argument: containerNumber, result: accessesSchema },
  /** Begins to write down the changes. @returns whether there are any. */
  beginCommit: { argument: object({ container: number(), latestSeconds: optionalNumber }), result: boolean() },
  /** The next bytes of the tar; undefined at its end. */
  readCommit: { argument: containerNumber, result: union([bytes, absent]) },
  endCommit: { argument: containerNumber, result: absent },
  remove: { argument: object({ paths: array(string()) }), result: absent },
  removeAbandoned: { argument: object({}), result: absent },
  removeUnpacked: { argument: object({ keep: layerIds }), result: absent },
} satisfies Readonly<Record<string, { argument: GenericSchema; result: GenericSchema }>>

export type MethodName = keyof typeof methods
export type Argument<Name extends MethodName> = InferOutput<(typeof methods)[Name]['argument']>
export type Result<Name extends MethodName> = InferOutput<(typeof methods)[Name]['result']>

/** An error of the other process: enough to tell it as if it had happened here. */
const failureSchema = object({
  message: string(),
  code: optional(string()),
  hint: optional(string()),
  stack: optional(string()),
})
export type ToldFailure = InferOutput<typeof failureSchema>

/** What the process in the namespaces is sent. */
export const requestSchema = variant('type', [
  object({
    type: literal('settings'),
    layersDirectory: string(),
    scratchDirectory: string(),
    limits: custom<Limits>(isLimits),
  }),
  object({ type: literal('call'), id: number(), method: string(), argument: unknown() }),
  object({ type: literal('cancel'), id: number() }),
  /** An output was handed on: more of its stream may come. */
  object({ type: literal('taken'), id: number() }),
])
export type ToldRequest = InferOutput<typeof requestSchema>

/** What it answers. */
export const answerSchema = variant('type', [
  object({ type: literal('ready') }),
  object({ type: literal('result'), id: number(), value: unknown() }),
  object({ type: literal('failure'), id: number(), failure: failureSchema }),
  object({ type: literal('notice'), level: picklist(['info', 'warning']), message: string() }),
  object({ type: literal('started'), container: number() }),
  object({
    type: literal('output'),
    id: number(),
    container: number(),
    stream: picklist(['stdout', 'stderr']),
    chunk: bytes,
  }),
])
export type ToldAnswer = InferOutput<typeof answerSchema>
