import type { RunInstruction } from '../../instruction.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { TextEdit } from '../../edit.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { changedState, isWithoutEffect, type ShellState } from '../facts/shell-state.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `RUN cd /app`: what it changes ends with the shell of this RUN. */
export const lostShellState: Rule = {
  name: 'LostShellState',
  category: 'mistake',
  severity: 'warning',
  summary: 'a RUN ends with a change that its shell takes with it',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const commands = runCommands(step)
      const found = findLost(commands)
      const { instruction } = step.evaluated
      if (found === undefined || instruction.kind !== 'run') continue
      const isAlone = commands.length === 1 && instruction.heredocs.length === 0 && instruction.flags.length === 0
      report({ ...describe(found), ...(isAlone ? fixFor(file, instruction, found) : {}) })
    }
  },
}

interface LostState {
  readonly command: ShellCommand
  readonly state: ShellState
}

/** The last command, if it changes only the shell; the first such one of a script that does nothing else. */
function findLost(commands: readonly ShellCommand[]): LostState | undefined {
  const states = withoutSubstitutions(commands).map((command) => ({ command, state: changedState(command) }))
  const first =
    states.find(({ state }) => state !== undefined && state !== 'option') ?? states.find(({ state }) => state)
  if (first?.state === undefined) return undefined
  const isAll = states.every(({ command, state }) => state !== undefined || isWithoutEffect(command))
  if (isAll) return { ...first, state: first.state }
  const last = states.at(-1)
  if (last?.state === undefined || last.state === 'option' || last.command.isNested || last.command.isConditional)
    return undefined
  // `cd ..` at the end goes back to where the script came from.
  const isWayBack =
    last.state === 'folder' && states.some(({ state }, index) => state === 'folder' && index < states.length - 1)
  return isWayBack ? undefined : { ...last, state: last.state }
}

/** `export A=$(date)` is one command here. */
function withoutSubstitutions(commands: readonly ShellCommand[]): readonly ShellCommand[] {
  let end = 0
  return commands.filter((command) => {
    if (command.isNested && command.range.start < end) return false
    end = changedState(command) === undefined ? end : command.range.end
    return true
  })
}

const descriptions: Readonly<Record<ShellState, { readonly what: string; readonly hint: string }>> = {
  folder: { what: 'this folder', hint: 'Write WORKDIR, or put the commands that need the folder behind it with &&.' },
  variable: { what: 'this variable', hint: 'Write ENV, or put the commands that need it behind it with &&.' },
  environment: {
    what: 'what this sets',
    hint: 'Set the variables with ENV (ENV PATH="/opt/venv/bin:$PATH" for a virtual environment), or put the commands behind it with &&.',
  },
  alias: { what: 'this alias', hint: 'Write a script with that name into a folder of PATH, such as /usr/local/bin.' },
  option: {
    what: 'this setting',
    hint: 'Write SHELL ["/bin/sh", "-e", "-c"] for options, or put the commands behind it with &&.',
  },
  user: { what: 'the change of the user', hint: 'Write USER.' },
}

function describe({ command, state }: LostState): FoundProblem {
  const { what, hint } = descriptions[state]
  return {
    message: `${what} ends with this RUN`,
    range: command.range,
    cost: 'Each RUN is a shell of its own; the next instruction, and the container, know nothing of it.',
    hint,
  }
}

/** WORKDIR for `cd`, ENV for `export`, where they mean the same. */
function fixFor(
  { document }: RuleInput,
  instruction: RunInstruction,
  { command, state }: LostState,
): ReturnType<typeof fixOf> {
  const { text } = document
  const { keyword, range } = instruction
  const words = command.words.length === 0 ? command.assignments : command.arguments
  const [first] = words
  const last = words.at(-1)
  if (first === undefined || last === undefined || instruction.command.form !== 'shell') return {}
  const rest = text.slice(first.range.start, last.range.end)
  const name = state === 'folder' ? 'WORKDIR' : state === 'variable' ? 'ENV' : undefined
  // A shell and the builder agree on plain words and variables only.
  if (name === undefined || !/^[\w./:=@,+%${}" -]+$/.test(rest)) return {}
  if (
    state === 'folder'
      ? words.length !== 1 || rest.startsWith('-')
      : !words.every((word) => isPair(text.slice(word.range.start, word.range.end)))
  )
    return {}
  const isLower = keyword.value === keyword.value.toLowerCase()
  const edit: TextEdit = {
    range: { start: range.start, end: range.end },
    newText: `${isLower ? name.toLowerCase() : name} ${rest}`,
  }
  return fixOf(`write ${name}`, 'unsafe', [edit])
}

function isPair(word: string): boolean {
  return /^[A-Za-z_]\w*=./.test(word)
}
