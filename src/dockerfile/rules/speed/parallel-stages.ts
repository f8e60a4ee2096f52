import { findOption, optionNames, readOptions } from '../facts/command-options.ts'
import { resolveWord } from '../facts/command-folders.ts'
import { dependencyCommand, optionValues } from '../facts/dependency-commands.ts'
import { isWithin } from '../facts/paths.ts'
import { projectCommand } from '../facts/project-commands.ts'
import { visitStageCommands, type StageCommand } from '../facts/stage-commands.ts'
import type { Step } from '../facts/stage-facts.ts'
import type { TextRange } from '../../text-range.ts'
import type { Rule } from '../rule.ts'

/** Two tool chains in one stage, each in a folder of its own: BuildKit could run them at the same time. */
export const parallelStages: Rule = {
  name: 'ParallelStages',
  category: 'speed',
  severity: 'information',
  summary: 'two parts of a project are built one after the other in one stage',
  check(file, report) {
    for (const stage of file.stages) {
      if (!stage.isNeeded) continue
      const chains = new Map<string, Chain>()
      visitStageCommands(stage, (found) => {
        const chain = found.step.isOwn ? chainOf(found) : undefined
        if (chain !== undefined && !chains.has(chain.tool)) chains.set(chain.tool, chain)
      })
      const [first, second] = apart([...chains.values()])
      if (first === undefined || second === undefined) continue
      report({
        message: `${second.tool} waits for ${first.tool}, and needs nothing of it`,
        range: second.range,
        cost: 'They run one after the other, and a change in one part runs both again.',
        hint: 'Give each a stage of its own: BuildKit runs stages at the same time, and leaves out those that have not changed.',
        related: [{ message: `${first.tool} runs here`, range: first.range }],
      })
    }
  },
}

interface Chain {
  /** As people call it: `npm`, `go`. */
  readonly tool: string
  readonly isForBrowsers: boolean
  readonly folder: string
  readonly step: Step
  readonly range: TextRange
}

const npmOptions = optionNames('--prefix -C --workspace -w --cwd --filter -F --dir')

/** What installs or builds a part of a project, and where. */
function chainOf({ command, folder, step }: StageCommand): Chain | undefined {
  const { programWord, program } = command
  if (programWord === undefined || folder === undefined || command.isConditional) return undefined
  const asked = dependencyCommand(command)
  const range = { start: programWord.range.start, end: (command.arguments[0] ?? programWord).range.end }
  if (/^(?:npm|yarn|pnpm|bun)$/.test(program)) {
    const isRun = /^(?:run|build)$/.test(readOptions(command, npmOptions).operands[0]?.value ?? '')
    if (asked?.isGlobal === true || (asked === undefined && !isRun) || (asked?.packages.length ?? 0) > 0)
      return undefined
    const [prefix] = optionValues(readOptions(command, npmOptions), '--prefix', '-C', '--cwd', '--dir')
    return placed(program, true, resolveWord(folder, prefix ?? '.'), step, range)
  }
  const project = projectCommand(command)
  if (project === undefined || project.kind === 'other') return undefined
  // `go test ./...` may need what was built for browsers; other folders are named by options.
  const inFolder = findOption(
    readOptions(command, optionNames('-C -f --manifest-path -p')),
    '-C',
    '--manifest-path',
    '-p',
    '-f',
  )
  return inFolder === undefined ? placed(project.tool, false, resolveWord(folder, '.'), step, range) : undefined
}

function placed(
  tool: string,
  isForBrowsers: boolean,
  folder: string | undefined,
  step: Step,
  range: TextRange,
): Chain | undefined {
  return folder === undefined ? undefined : { tool, isForBrowsers, folder, step, range }
}

/** The first two that are of different kinds, in RUNs of their own, and in folders of which none is in the other. */
function apart(chains: readonly Chain[]): readonly Chain[] {
  for (const [at, first] of chains.entries()) {
    const second = chains
      .slice(at + 1)
      .find(
        (other) =>
          other.isForBrowsers !== first.isForBrowsers &&
          other.step !== first.step &&
          !isWithin(other.folder, first.folder) &&
          !isWithin(first.folder, other.folder),
      )
    if (second !== undefined) return [first, second]
  }
  return []
}
