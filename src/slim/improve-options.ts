import type { BuildContext } from '../dockerfile/build-context.ts'
import type { EvaluateOptions } from '../dockerfile/evaluate.ts'

/** What improving may know. */
export interface ImproveOptions extends EvaluateOptions {
  /** What is in the build context. Undefined where nobody knows: then nothing is done that depends on it. */
  readonly context?: BuildContext | undefined
}
