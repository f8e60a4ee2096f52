import type { Job } from '../std/job.ts'
import type { DescribedCommand } from './command-spec.ts'
import type { Configuration } from './configuration.ts'
import type { GlobalOptions } from './global-options.ts'
import type { Interrupts } from './interrupt.ts'
import type { Output } from './output.ts'
import type { Style } from '../std/style.ts'

/** What a command works with. */
export interface CommandContext {
  readonly job: Job
  /** What ends the job, for those who have another use for it. */
  readonly interrupts: Pick<Interrupts, 'take'>
  /** Draws no progress from now on, for a program that has the terminal to itself; notices are plain lines. */
  endDrawing(): void
  /** Results, and nothing else. */
  readonly output: Output
  /** For results on a terminal. */
  readonly style: Style
  readonly environment: NodeJS.ProcessEnv
  readonly configuration: Configuration
  readonly globals: GlobalOptions
  /** The whole table of commands, each loaded. */
  describeCommands(): Promise<readonly DescribedCommand[]>
}
