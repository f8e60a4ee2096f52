import type { DockerfileDocument } from '../../document.ts'
import type { SourceString } from '../../source-string.ts'
import { quote } from '../../reading/report.ts'
import { nestedScriptIndex, shellNames } from '../../script/invocation.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { containerCommand, shellInExecForm, usesArguments } from '../facts/container-command.ts'
import type { FoundProblem, ReportFinding, Rule, RuleInput } from '../rule.ts'

/** `sh -c npm start`: the shell runs `npm`, and `start` is `$0`. */
export const wordsAfterScript: Rule = {
  name: 'WordsAfterScript',
  category: 'mistake',
  severity: 'warning',
  summary: 'a shell gets a command in several words, and runs only the first',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      const { instruction } = step.evaluated
      if ('command' in instruction && instruction.command?.form === 'exec') {
        checkWords(file, instruction.command.arguments, report)
      } else for (const command of runCommands(step)) checkCommand(command, report)
    }
    checkEntrypoint(file, report)
  },
}

function checkWords({ document }: RuleInput, words: readonly SourceString[], report: ReportFinding): void {
  const { script, rest = [] } = shellInExecForm(words) ?? {}
  const last = rest.at(-1)
  if (script === undefined || last === undefined || !isOneWord(script.value)) return
  report({ ...describe(script), ...fixFor(document, words, [script, ...rest]) })
}

function checkCommand(command: ShellCommand, report: ReportFinding): void {
  const index = nestedScriptIndex(command)
  const script = command.words[index]
  if (script?.isLiteral === true && command.words.length > index + 1 && isOneWord(script.value))
    report(describe(script))
}

/** `ENTRYPOINT ["sh", "-c"]` takes its script from CMD. */
function checkEntrypoint(file: RuleInput, report: ReportFinding): void {
  const { entrypoint, cmd } = containerCommand(file)
  if (entrypoint?.command.form !== 'exec' || cmd?.command.form !== 'exec') return
  const shell = shellInExecForm(entrypoint.command.arguments)
  const [script, ...rest] = cmd.command.arguments
  if (shell === undefined || shell.script !== undefined || script === undefined || rest.length === 0) return
  if (!isOneWord(script.value)) return
  report({ ...describe(script), related: [{ message: 'the shell that gets it', range: entrypoint.arguments.range }] })
}

/** A script of several words may be meant to have names for what follows, even if it does not use them. */
function isOneWord(script: string): boolean {
  return /^[\w./@:+-]+$/.test(script) && !usesArguments(script) && !shellNames.has(script)
}

function describe({ value, range }: Pick<SourceString, 'value' | 'range'>): FoundProblem {
  return {
    message: `the shell runs only ${quote(value)} of this command`,
    range,
    cost: 'A shell takes its script from the one word behind -c; the words behind it are lost.',
    hint: 'Write the whole command in one string, or leave sh -c out.',
  }
}

/** Without a shell, where none is needed. */
function fixFor(
  { text }: DockerfileDocument,
  words: readonly SourceString[],
  command: readonly SourceString[],
): ReturnType<typeof fixOf> {
  const [first] = words
  const [script] = command
  if (
    first === undefined ||
    script === undefined ||
    /[[\]{}$*?~|&;<>()]/.test(command.map(({ value }) => value).join(' '))
  )
    return {}
  const range = { start: first.range.start, end: script.range.start }
  return text.slice(range.start, range.end).includes('\n')
    ? {}
    : fixOf('leave the shell out', 'unsafe', [{ range, newText: '' }])
}
