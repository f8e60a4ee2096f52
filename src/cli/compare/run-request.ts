import type { GivenProbes } from '../../slim/plan-probes.ts'
import type { MeasureRequest } from '../measure/measure-request.ts'

/** How both images are started. */
export interface StartRequest {
  /** Beside the images' own. */
  readonly environment: ReadonlyMap<string, string>
  readonly probes: GivenProbes
  /** What is told of that, without the values of variables: `asked GET /health, with TOKEN`. Empty for the usual. */
  readonly words: string
}

/** What is to be measured beside what is counted. */
export interface RunRequest extends MeasureRequest {
  /** Undefined: they are not started. */
  readonly start: StartRequest | undefined
}
