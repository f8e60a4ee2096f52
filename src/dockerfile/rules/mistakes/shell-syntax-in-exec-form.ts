import type { DockerfileDocument } from '../../document.ts'
import { quote } from '../../reading/report.ts'
import type { SourceString } from '../../source-string.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, type BuiltStep } from '../facts/built-steps.ts'
import { execProgram, shellInExecForm } from '../facts/container-command.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** `CMD ["node", "$APP"]`: nobody replaces a variable where no shell reads the command. */
export const shellSyntaxInExecForm: Rule = {
  name: 'ShellSyntaxInExecForm',
  category: 'mistake',
  severity: 'warning',
  summary: 'an exec form has variables or operators, which only a shell understands',
  check(file, report) {
    for (const built of builtSteps(file)) {
      const { instruction } = built.step.evaluated
      if (!('command' in instruction) || instruction.command?.form !== 'exec') continue
      const words = instruction.command.arguments
      if (!isWithoutShell(words, built)) continue
      const operator = words.find(({ value }, index) => index > 0 && operators.has(value))
      const variable = operator ?? words.find(({ value }) => variablePattern.test(value) && isForShell(value, words))
      if (variable === undefined) continue
      const found = operator === undefined ? ofVariable(variable) : ofOperator(operator)
      const fix = operator === undefined && canUseShell(built) ? fixFor(file.document, words) : {}
      report({ ...found, range: variable.range, ...fix })
    }
  },
}

const operators: ReadonlySet<string> = new Set(['&&', '||', '|', ';', '&', '>', '>>', '<', '2>', '2>&1', '&>'])

const variablePattern = /\$(?:[A-Za-z_]|\{[A-Za-z_]|\([^)])/

/** Programs that replace variables themselves, or take them for something else. */
const readers: ReadonlySet<string> = new Set([
  ...[
    'envsubst',
    'awk',
    'gawk',
    'mawk',
    'sed',
    'perl',
    'ruby',
    'php',
    'jq',
    'yq',
    'make',
    'expect',
    'tclsh',
    'find',
    'xargs',
    'watch',
  ],
  ...[
    'powershell',
    'pwsh',
    'cmd',
    'cmd.exe',
    'powershell.exe',
    'nu',
    'fish',
    'busybox',
    'su',
    'runuser',
    'ssh',
    'grep',
    'test',
    '[',
  ],
])

function isWithoutShell(words: readonly SourceString[], { stage, step }: BuiltStep): boolean {
  const program = execProgram({ form: 'exec', arguments: words })
  if (program === undefined || stage.base.isWindows || readers.has(program.program)) return false
  if (program.programWord === undefined || program.words.some((_, index) => isShellAt(words, index))) return false
  // An entrypoint of the file may be a script that does what it likes with its arguments.
  return step.evaluated.kind !== 'cmd' || stage.end.entrypoint === undefined
}

/** Whether a shell begins at a word, behind wrappers, or as the program of another. */
function isShellAt(words: readonly SourceString[], index: number): boolean {
  return shellInExecForm(words.slice(index)) !== undefined
}

/** Spring and the like replace `${…}` in settings of Java programs. */
function isForShell(value: string, words: readonly SourceString[]): boolean {
  const isSetting = /^--?[A-Za-z][\w.-]*=.*\$\{/.test(value) || value.includes('-D')
  return !isSetting || !words.some((word) => /(?:^|\/)(?:java|javaw|[\w.-]+\.jar)$/.test(word.value))
}

function ofVariable({ value }: SourceString): Omit<FoundProblem, 'range'> {
  return {
    message: `nothing replaces the variable in ${quote(value)}: no shell reads the exec form`,
    cost: 'The program gets the dollar sign and the name as they are written.',
    hint: 'Write ["sh", "-c", "exec …"], or let the program read the variable itself.',
  }
}

function ofOperator({ value }: SourceString): Omit<FoundProblem, 'range'> {
  return {
    message: `${quote(value)} is an argument like any other: no shell reads the exec form`,
    cost: 'The first program gets all that follows as its arguments.',
    hint: 'Leave the brackets out, or write ["sh", "-c", "…"].',
  }
}

function canUseShell({ stage }: BuiltStep): boolean {
  return stage.base.hasShell === true
}

/** Only words that a shell leaves as they are, apart from the variables. */
function fixFor({ text }: DockerfileDocument, words: readonly SourceString[]): ReturnType<typeof fixOf> {
  const [first] = words
  const last = words.at(-1)
  if (first === undefined || last === undefined || !words.every(({ value }) => /^[\w./:=@,+${}-]+$/.test(value)))
    return {}
  if (text.charAt(first.range.start) !== '"' || text.slice(first.range.start, last.range.end).includes('\n')) return {}
  const script = words.map(({ value }) => (variablePattern.test(value) ? `\\"${value}\\"` : value)).join(' ')
  const edit = { range: { start: first.range.start, end: last.range.end }, newText: `"sh", "-c", "exec ${script}"` }
  return fixOf('let a shell replace the variable', 'unsafe', [edit])
}
