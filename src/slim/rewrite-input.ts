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
  /** Why the app has to be root, in a few words: `it listens on port 80`. Undefined where it has not. */
  readonly rootReason: string | undefined
  /** How many layers of the image, the lowest, are of the image that the stage begins with. Undefined where nobody knows. */
  readonly baseLayers?: number
}
