import { runScript } from '../../run-script.ts'
import { programName } from '../../script/invocation.ts'
import type { ShellScript } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { builtSteps, type BuiltStep } from '../facts/built-steps.ts'
import type { Rule } from '../rule.ts'
import { swallowedLines } from '../facts/swallowed-lines.ts'

/** A script that no shell could read. */
export const shellSyntaxError: Rule = {
  name: 'ShellSyntaxError',
  category: 'mistake',
  severity: 'error',
  summary: 'a shell script has a mistake in its syntax',
  check(file, report) {
    for (const built of builtSteps(file)) {
      const script = built.step.script()
      const problem = script?.problems[0]
      if (script === undefined || problem === undefined || !isForUsualShell(built, script)) continue
      // What is missing may stand in a comment.
      if (swallowedLines(file.document, script) !== undefined) continue
      report({
        message: `the shell cannot read this script: ${problem.message}`,
        range: visible(file.document.text, problem.range),
        cost: 'The shell refuses it, mostly before it runs the first command.',
        hint: 'Close what is open, and put a command on both sides of each operator.',
      })
    }
  },
}

/** Other shells have another grammar, and so have templates. */
function isForUsualShell({ stage, step }: BuiltStep, { commands }: ShellScript): boolean {
  const { instruction } = step.evaluated
  const isFile = instruction.kind === 'run' && runScript(instruction).kind === 'file'
  const isTemplate = /\{\{|\{%|<%|@@/.test(instruction.arguments.value)
  const names = [programName(step.shell[0] ?? ''), ...commands.map(({ program }) => program)]
  // A base that nobody knows may be one of Windows.
  const isWindows =
    stage.base.distribution === undefined && /\b[A-Z]:[\\/]|%\w+%|\.exe\b/.test(instruction.arguments.value)
  return !isTemplate && !isWindows && (isFile || !names.some((name) => ['zsh', 'ksh', 'mksh'].includes(name)))
}

/** The last character before it, where a place is behind the text. */
function visible(text: string, range: TextRange): TextRange {
  if (text.slice(range.start, range.end).trim() !== '') return range
  const end = text.slice(0, range.end).trimEnd().length
  return { start: Math.max(0, end - 1), end }
}
