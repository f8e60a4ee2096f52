import {
  array,
  boolean,
  nullable,
  number,
  object,
  optional,
  picklist,
  string,
  variant,
  literal,
  type InferOutput,
} from 'valibot'
import { ulimitNames } from '../../std/syscalls-limits.ts'

const bindSchema = object({ kind: literal('bind'), source: string(), target: string(), isReadOnly: boolean() })
const memorySchema = object({
  kind: literal('tmpfs'),
  target: string(),
  sizeBytes: optional(number()),
  mode: optional(number()),
  uid: optional(number()),
  gid: optional(number()),
  isReadOnly: optional(boolean()),
  forbidsPrograms: optional(boolean()),
})

/** What a process is told that becomes a program. */
const programEntries = {
  arguments: array(string()),
  environment: array(string()),
  workingDirectory: string(),
  user: object({ uid: number(), gid: number(), additionalGids: array(number()) }),
  capabilities: array(string()),
  /** Of those that are unlimited, the number is null. */
  ulimits: array(object({ name: picklist(ulimitNames), soft: nullable(number()), hard: nullable(number()) })),
  /** The program for seccomp(2), in base64; empty for none. */
  filter: string(),
  hasTerminal: boolean(),
  logFile: string(),
  pidFile: string(),
}

const rootSchema = object({
  kind: literal('own-root'),
  ...programEntries,
  rootfs: string(),
  hostname: string(),
  mounts: array(variant('kind', [bindSchema, memorySchema])),
  isPrivileged: boolean(),
  isRootReadOnly: boolean(),
  raisesLoopback: boolean(),
  sharesNetwork: boolean(),
  /** The `size` option of `/dev/shm`. */
  sharedMemorySize: string(),
})

const joinSchema = object({
  kind: literal('join'),
  ...programEntries,
  /** The file of the mount namespace of a process that runs. */
  mountNamespace: string(),
})

/** What the first process in new namespaces is told, or a further one in old ones: all that it needs to become the program. A file, as JSON. */
export const insideSchema = variant('kind', [rootSchema, joinSchema])

export type InsideMessage = InferOutput<typeof insideSchema>
export type RootMessage = InferOutput<typeof rootSchema>
export type JoinMessage = InferOutput<typeof joinSchema>
export type InsideMount = RootMessage['mounts'][number]
