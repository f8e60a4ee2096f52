import type { Job } from '../../std/job.ts'
import type { Argument, MethodName, Result } from '../protocol/messages.ts'

/** What this process does for each method. */
export type Handlers = {
  readonly [Name in MethodName]: (argument: Argument<Name>, job: Job) => Promise<Result<Name>>
}
