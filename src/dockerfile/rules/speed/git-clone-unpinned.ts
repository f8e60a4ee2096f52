import { quote } from '../../reading/report.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { findOption, optionNames, readOptions } from '../facts/command-options.ts'
import { dependencyCommand } from '../facts/dependency-commands.ts'
import type { FoundProblem, Rule } from '../rule.ts'

const withValue = optionNames(
  '-C -c -b --branch --depth -o --origin -j --jobs --reference --config --filter --template --revision --shallow-since',
)

/** Names of branches: what they mean changes. */
const branches = /^(?:main|master|develop|development|dev|trunk|stable|next|head|latest|release|staging|edge|nightly)$/i

/** `git clone` of a branch: what a cached layer holds is what the branch was when the layer was made. */
export const gitCloneUnpinned: Rule = {
  name: 'GitCloneUnpinned',
  category: 'speed',
  severity: 'information',
  summary: 'sources of a branch are fetched, and kept in the cache for as long as it lasts',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const commands = runCommands(step)
      // A commit that is chosen afterwards may be of any of the clones.
      const isChosen = commands.some((command) => choosesCommit(command))
      for (const command of commands) {
        const clone = isChosen ? undefined : clonedBranch(command)
        if (clone !== undefined) report(clone)
        for (const found of installedBranches(command)) report(found)
      }
    }
  },
}

const cost =
  'The layer stays in the cache as it is, however old; without the cache, the same file builds something else each day.'

function clonedBranch(command: ShellCommand): FoundProblem | undefined {
  if (command.program !== 'git') return undefined
  const parts = readOptions(command, withValue)
  const [action, address] = parts.operands
  if (action?.value !== 'clone' || address === undefined || isLocal(address)) return undefined
  const branch = findOption(parts, '-b', '--branch')
  const isBranch = branch?.valueWord?.isLiteral !== false && branches.test(branch?.value ?? 'main')
  if (!isBranch || findOption(parts, '--revision') !== undefined) return undefined
  const name = branch?.value === undefined ? 'the default branch' : `the branch ${quote(branch.value)}`
  return {
    message: `git clone fetches ${name}, whatever it is on that day`,
    range: { start: command.programWord?.range.start ?? command.range.start, end: address.range.end },
    cost,
    hint: `Name a commit: ADD ${addressName(address)}#COMMIT brings it without git and its history; or git clone --revision=COMMIT --depth=1.`,
  }
}

function isLocal({ value }: ShellWord): boolean {
  return /^(?:[./~]|file:)/.test(value)
}

/** The address in a hint, where it is short and plain. */
function addressName({ value, isLiteral }: ShellWord): string {
  return isLiteral && /^https:\/\/[\w./-]{1,60}$/.test(value) ? value : 'URL'
}

/** `git checkout v1.2`, `git -C src reset --hard 0a1b2c3` */
function choosesCommit(command: ShellCommand): boolean {
  if (command.program !== 'git') return false
  const [action, what] = readOptions(command, withValue).operands
  const isChoice = /^(?:checkout|reset|switch|fetch|submodule|worktree)$/.test(action?.value ?? '')
  return isChoice && !(what !== undefined && what.isLiteral && branches.test(what.value))
}

/** `pip install git+https://github.com/owner/name`, `npm install github:owner/name` */
function installedBranches(command: ShellCommand): readonly FoundProblem[] {
  const asked = dependencyCommand(command)
  if (asked === undefined) return []
  return asked.packages.flatMap((word): readonly FoundProblem[] => {
    const [, address, ref] =
      /^(?:[\w.[\]-]+ ?@ ?)?git\+(?:https?|ssh|git):\/\/((?:[^@#\s/]+@)?[^@#\s]+)(?:[@#]([^\s#&]+))?/.exec(
        word.value,
      ) ?? []
    if (
      address === undefined ||
      !word.isLiteral ||
      (ref !== undefined && !branches.test(ref) && !ref.startsWith('egg='))
    )
      return []
    return [
      {
        message: `${asked.tool} installs a branch, whatever it is on that day`,
        range: word.range,
        cost,
        hint: `Name a commit or a tag behind the address, with ${asked.tool === 'npm' ? '#' : '@'}.`,
      },
    ]
  })
}
