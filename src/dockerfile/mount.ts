import type { Flag } from './instruction-parts.ts'
import type { SourceString } from './source-string.ts'
import type { TextRange } from './text-range.ts'

/** What `RUN --mount` can mount. */
export const mountTypes = ['bind', 'cache', 'tmpfs', 'secret', 'ssh'] as const

/** One of {@link mountTypes}. */
export type MountType = (typeof mountTypes)[number]

/** Who may use a cache at once: everybody, only one build with a copy for each, or one after the other. */
export const cacheSharings = ['shared', 'private', 'locked'] as const

/** One of {@link cacheSharings}. */
export type CacheSharing = (typeof cacheSharings)[number]

/**
 * `RUN --mount=type=…`. In a document, options whose value has variables count as not given where they are numbers or choices,
 * and stay as they are written where they are text; evaluating gives them their values.
 */
export interface Mount {
  readonly flag: Flag
  /** Everything between the commas, in order. */
  readonly options: readonly MountOption[]
  readonly type: MountType
  /** A stage or an image. Variables are not replaced here. */
  readonly from: string | undefined
  readonly source: string | undefined
  readonly target: string | undefined
  readonly isReadOnly: boolean
  /** The most that a tmpfs may hold. */
  readonly sizeBytes: number | undefined
  /** Of a cache, a secret or an agent. */
  readonly id: string | undefined
  readonly sharing: CacheSharing | undefined
  /** Whether a missing secret or agent is an error. */
  readonly isRequired: boolean
  /** Permission bits. */
  readonly mode: number | undefined
  readonly uid: number | undefined
  readonly gid: number | undefined
  /** The variable that gets a secret. */
  readonly environmentVariable: string | undefined
}

/** `key=value` or `key`, in the value of a `--mount`. */
export interface MountOption {
  readonly range: TextRange
  /** In lower case, aliases as they are written. */
  readonly key: string
  readonly value: SourceString | undefined
}
