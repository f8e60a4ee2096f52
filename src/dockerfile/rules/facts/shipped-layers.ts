import type { RuleInput } from '../rule.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { runCommands } from './built-steps.ts'
import { commandFolders } from './command-folders.ts'
import { copiedFiles, filesLeftByRun, type LayerFile } from './layer-files.ts'
import { remembered } from './remembered.ts'
import { shippedSteps } from './shipped-steps.ts'
import type { Step } from './stage-facts.ts'

/** A layer of the image that is built, as far as the file makes it. */
export interface ShippedLayer {
  readonly step: Step
  /** The folder that relative paths begin at, or a name for one that is not known: the same until WORKDIR changes it. */
  readonly start: string
  /** What is known to be in it. */
  readonly files: readonly LayerFile[]
  /** Of a RUN. */
  readonly commands: readonly ShellCommand[]
  /** The folder that each of the commands runs in. */
  readonly folders: readonly (string | undefined)[]
}

/** The layers that RUN, COPY and ADD make, in order. */
export const shippedLayers: (file: RuleInput) => readonly ShippedLayer[] = remembered((file) => {
  let workdirs = 0
  return shippedSteps(file).flatMap((step): readonly ShippedLayer[] => {
    const { evaluated } = step
    if (evaluated.kind === 'workdir') workdirs += 1
    const start = step.workingDirectory ?? `#${workdirs}`
    if (evaluated.kind === 'copy' || evaluated.kind === 'add') {
      return [{ step, start, files: copiedFiles(evaluated, start), commands: [], folders: [] }]
    }
    if (evaluated.kind !== 'run') return []
    const commands = runCommands(step)
    const folders = commandFolders(commands, start)
    return [{ step, start, files: filesLeftByRun(evaluated, commands, folders), commands, folders }]
  })
})
