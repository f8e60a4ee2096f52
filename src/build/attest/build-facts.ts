import type { BuildRequest } from '../build-request.ts'
import type { BuildMaterial } from '../built-image.ts'

/** What is told of a build beside the images. */
export interface BuildFacts {
  readonly request: Pick<
    BuildRequest,
    | 'document'
    | 'dockerfileName'
    | 'target'
    | 'buildArguments'
    | 'labels'
    | 'secrets'
    | 'sshAgents'
    | 'network'
    | 'namedContexts'
  >
  /** When the build began, in milliseconds since 1970, by the job's clock. */
  readonly startedMs: number
  /** Where the Dockerfile comes from, if from a git repository or a URL. */
  readonly source: BuildMaterial | undefined
  /** Which of `context` and `dockerfile` are folders of this machine. */
  readonly localSources: readonly string[]
  /** Of the git repository that a context on this machine lies in, unless the user keeps it to himself. */
  readonly vcs: { readonly source: string | undefined; readonly revision: string | undefined } | undefined
}
