import type { EvaluatedDockerfile } from '../dockerfile/evaluated.ts'
import type { FileTree } from '../filetree/file-tree.ts'
import type { RunConfig } from '../image/config.ts'
import type { AccountFiles } from '../image/user.ts'
import type { PlannedLaunch } from './launch-command.ts'
import type { Ledger } from './ledger.ts'

/** What a Dockerfile is rewritten from. */
export interface RewriteInput {
  /** The Dockerfile, with its target: the stage that is slimmed. */
  readonly evaluated: EvaluatedDockerfile
  /** The image that it builds: config and files. */
  readonly config: RunConfig
  readonly tree: FileTree
  /** Its `/etc/passwd` and `/etc/group`. */
  readonly accounts: AccountFiles
  readonly ledger: Pick<Ledger, 'verdicts' | 'packages'>
  /** From {@link import('./launch-command.ts').planLaunches}. */
  readonly launch: PlannedLaunch
  /** What the final stage begins with; undefined for `scratch`. */
  readonly base: { readonly reference: string; readonly tree: FileTree; readonly config: RunConfig } | undefined
  /** Folders and files that the app writes to. */
  readonly writablePaths: readonly string[]
  /** Volumes that the image has no folder for. */
  readonly newFolders?: readonly string[]
  /** Why the app has to be root, in a few words: `it listens on port 80`. Undefined where it has not. */
  readonly rootReason: string | undefined
  /** What the stage made. Undefined where nobody knows. */
  readonly stage?: StageChanges | undefined
}

/** What a stage made of what it began with. */
export interface StageChanges {
  /** The layer of each of its instructions, by place; undefined for those that made none. */
  readonly layers: readonly (number | undefined)[]
  /** The files that it began with. */
  readonly below: Pick<FileTree, 'get'>
}
