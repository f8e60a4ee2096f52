import type { BuildMachinery } from '../build/build.ts'
import type { BuildRequest } from '../build/build-request.ts'
import type { BuildContext } from '../dockerfile/build-context.ts'
import type { AppLaunch, AppRunner } from './app-session.ts'
import type { ProbePlan } from './probe.ts'

/** What is to be made slim, and how. */
export interface SlimRequest {
  /** The build of the Dockerfile as it stands, for one platform. */
  readonly build: BuildRequest
  /** Of the Dockerfile. */
  readonly text: string
  /** Given to the app each time that it is run. */
  readonly launch: Pick<AppLaunch, 'command' | 'environment' | 'mounts' | 'network' | 'companions'>
  /** How it is asked, once its image is known. */
  readonly planProbes: (image: AppLaunch['image']) => ProbePlan
  /** Patterns of paths that stay, and of paths that go. */
  readonly keep: readonly string[]
  readonly drop: readonly string[]
  /** What is in the build context, for mending the build; undefined where nobody knows. */
  readonly context: BuildContext | undefined
  /** Whether the build is mended too. */
  readonly improves: boolean
  /** What the final stage begins with; undefined: nothing, `scratch`. */
  readonly finalBase: string | undefined
  /** How many repairs are tried. */
  readonly roundsMax: number
}

/** What slimming works with. */
export interface SlimMachinery {
  readonly build: BuildMachinery
  readonly runner: AppRunner
}
