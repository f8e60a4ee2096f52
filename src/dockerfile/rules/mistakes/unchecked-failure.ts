import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { RunInstruction } from '../../instruction.ts'
import { runScript } from '../../run-script.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { endsAtFailure, hasShellOption, makesSomething, mayBeStrict } from '../facts/fallible-commands.ts'
import type { Step } from '../facts/stage-facts.ts'
import type { Rule } from '../rule.ts'

/** `RUN apt-get install a; b`: the RUN goes well if only the last command does. */
export const uncheckedFailure: Rule = {
  name: 'UncheckedFailure',
  category: 'mistake',
  severity: 'warning',
  summary: 'a RUN goes on when one of its commands has failed',
  check(file, report) {
    for (const { stage, step } of builtSteps(file)) {
      if (mayBeStrict(stage.base)) continue
      const { instruction } = step.evaluated
      const commands = runCommands(step)
      if (instruction.kind !== 'run' || hasShellOption(step.shell, 'e') || isFileWithOption(step)) continue
      const unchecked = findUnchecked(commands)
      if (unchecked === undefined) continue
      const isHeredoc = instruction.heredocs.length > 0
      const isEnough = isEnoughToEnd(commands)
      const [first] = commands
      report({
        message: `nothing notices when ${unchecked.command.program} fails here`,
        range: unchecked.command.range,
        cost: 'A script has the result of its last command, so the build goes on, and the image lacks what this should have made.',
        hint: !isEnough
          ? 'Join all of the commands with &&; set -e takes no notice of what fails in front of an &&.'
          : isHeredoc
            ? 'Begin the script with set -e.'
            : 'Join the commands with &&, or begin with set -e.',
        related: [{ message: 'runs all the same', range: unchecked.next.range }],
        ...(first === undefined || !isEnough || !isPlace(first, instruction)
          ? {}
          : fixOf('begin with set -e', 'unsafe', [insertion(file.document, first, isHeredoc)])),
      })
    }
  },
}

interface Unchecked {
  readonly command: ShellCommand
  /** What runs although it failed. */
  readonly next: ShellCommand
}

/** The first command that makes something and whose result another one covers. */
function findUnchecked(commands: readonly ShellCommand[]): Unchecked | undefined {
  let pending: ShellCommand | undefined
  for (const command of commands) {
    if (command.isNested) continue
    if (endsAtFailure(command)) return undefined
    if (command.isConditional) {
      // `a || b` looks at the result; a condition or a loop behind it does not.
      if (command.operatorBefore === '||') pending = undefined
      continue
    }
    if (pending !== undefined && command.operatorBefore === ';') {
      return looksAtResult(command) ? undefined : { command: pending, next: command }
    }
    if (command.operatorBefore === ';') pending = undefined
    if (pending === undefined && makesSomething(command) && !command.isInBackground) pending = command
  }
  return undefined
}

/** `status=$?`, `test $? -eq 0` */
function looksAtResult({ words, assignments }: ShellCommand): boolean {
  return [...words, ...assignments.flatMap(({ value }) => value ?? [])].some(({ value }) => value.includes('$?'))
}

/** `#!/bin/sh -e` */
function isFileWithOption({ evaluated: { instruction } }: Step): boolean {
  const script = instruction.kind === 'run' ? runScript(instruction) : undefined
  return script?.kind === 'file' && /^#!.*\s-[a-z]*e/.test(script.content.value)
}

/** With `set -e` the shell goes on all the same when something fails that stands in front of an `&&`, as in `make && a; b`. */
function isEnoughToEnd(commands: readonly ShellCommand[]): boolean {
  let isCovered = false
  let previous: ShellCommand | undefined
  for (const command of commands) {
    if (command.isNested || command.isConditional) continue
    if (isCovered && command.operatorBefore === ';') return false
    if (command.operatorBefore === '&&' && previous !== undefined && makesSomething(previous)) isCovered = true
    previous = command
  }
  return true
}

/** A condition, or a command in parentheses, does not begin the script; a carriage return would become a part of the option. */
function isPlace({ isNested, isConditional }: ShellCommand, { heredocs }: RunInstruction): boolean {
  return !isNested && !isConditional && !heredocs.some(({ content }) => content.value.includes('\r'))
}

function insertion({ newline, text }: DockerfileDocument, { range }: ShellCommand, isHeredoc: boolean): TextEdit {
  const before = text.slice(text.lastIndexOf('\n', range.start - 1) + 1, range.start)
  const indent = before.trim() === '' ? before : ''
  const newText = isHeredoc ? `set -e${newline}${indent}` : 'set -e; '
  return { range: { start: range.start, end: range.start }, newText }
}
