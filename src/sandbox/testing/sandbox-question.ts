import type { RuntimeName } from '../find-runtime.ts'
import type { ExitResult, ProcessSpec } from '../process-spec.ts'

/** What is done once the process has written something. */
export type Step = { readonly after: string } & (
  | { readonly kind: 'abort' }
  | { readonly kind: 'kill'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'resize'; readonly columns: number; readonly rows: number }
  | { readonly kind: 'fetch'; readonly url: string }
  /** Tells the test. */
  | { readonly kind: 'tell'; readonly text: string }
)

/** One process that a test wants to be run; what is not said is usual. */
export interface ProcessQuestion {
  readonly arguments: readonly string[]
  /** As JSON has it: without capabilities and environment, which are the usual ones. */
  readonly spec?: Partial<Omit<ProcessSpec, 'arguments' | 'environment' | 'capabilities'>>
  /** Each is written once the process has written what stands in `after`. */
  readonly input?: readonly { readonly after: string; readonly input: string }[]
  readonly steps?: readonly Step[]
}

export interface SandboxQuestion extends ProcessQuestion {
  readonly runtime: RuntimeName
  readonly rootfs: string
  readonly scratch: string
}

export interface SandboxAnswer {
  /** In latin1. */
  readonly stdout: string
  readonly stderr: string
  readonly result: ExitResult | undefined
  readonly failure:
    { readonly code: string | undefined; readonly message: string; readonly hint: string | undefined } | undefined
  readonly mountPoints: readonly string[]
  readonly notices: readonly string[]
  /** What is there afterwards that should be gone. */
  readonly left: { readonly processes: readonly string[]; readonly scratch: readonly string[] }
}
