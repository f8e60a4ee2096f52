import type { TextRange } from '../../dockerfile/text-range.ts'
import type { RunConfig } from '../../image/config.ts'
import type { MountType, CacheSharing } from '../../dockerfile/mount.ts'
import type { CopyRequest } from '../copy/copy-request.ts'

/** Where files come from: nothing, a stage by its index, an image by its name, the build context, or a named one. */
export type FileOrigin =
  | { readonly kind: 'scratch' }
  | { readonly kind: 'stage'; readonly index: number }
  | { readonly kind: 'image'; readonly reference: string }
  | { readonly kind: 'context' }
  | { readonly kind: 'named-context'; readonly name: string }

interface StepParts<Kind> {
  readonly kind: Kind
  /** The instruction in one line, as people know it. */
  readonly title: string
  /** Where it stands in the Dockerfile; of ONBUILD of an image, its FROM. */
  readonly place: TextRange
}

/** COPY and ADD */
export interface CopyStep extends StepParts<'copy'> {
  readonly request: CopyRequest
  readonly origin: FileOrigin
}

/** WORKDIR: makes the folder, which belongs to the user. */
export interface WorkdirStep extends StepParts<'workdir'> {
  readonly path: string
  readonly user: string
}

/** `RUN --mount=…`, with values for its variables. */
export interface PlannedMount {
  readonly type: MountType
  readonly origin: FileOrigin
  readonly source: string
  /** Absolute. Undefined for a secret that is a variable only. */
  readonly target: string | undefined
  readonly isReadOnly: boolean
  readonly sizeBytes: number | undefined
  /** Of a cache, a secret or an agent. */
  readonly id: string
  readonly sharing: CacheSharing
  readonly isRequired: boolean
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly environmentVariable: string | undefined
}

/** RUN */
export interface RunStep extends StepParts<'run'> {
  readonly arguments: readonly string[]
  /** A here-document that is run as a file, by the path that the arguments have. */
  readonly script: { readonly path: string; readonly content: string } | undefined
  readonly environment: ReadonlyMap<string, string>
  readonly user: string
  readonly workingDirectory: string
  readonly mounts: readonly PlannedMount[]
  readonly network: 'default' | 'none' | 'host'
  readonly isInsecure: boolean
}

/** What changes files. Everything else changes the config alone. */
export type PlannedStep = CopyStep | WorkdirStep | RunStep

/** A line of the history; with the number of the step that makes its layer. */
export interface PlannedHistory {
  readonly createdBy: string
  readonly step: number | undefined
}

/** What a stage does, before anything is done. */
export interface StagePlan {
  readonly index: number
  /** Its name, or else its number: for people. */
  readonly title: string
  readonly base: FileOrigin
  readonly steps: readonly PlannedStep[]
  readonly config: RunConfig
  readonly author: string | undefined
  /** The build arguments that stages on it have too. */
  readonly arguments: ReadonlyMap<string, string | undefined>
  readonly history: readonly PlannedHistory[]
}
