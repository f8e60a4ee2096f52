import type { CommandInstruction } from '../../instruction.ts'
import { shellNames, programName } from '../../script/invocation.ts'
import { readShellScript } from '../../shell-script.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { SourceString } from '../../source-string.ts'
import type { TextRange } from '../../text-range.ts'
import type { BaseFacts } from '../facts/base-images.ts'
import { builtSteps } from '../facts/built-steps.ts'
import { containerCommand, execProgram, shellInExecForm } from '../facts/container-command.ts'
import { namedProgram } from '../facts/named-program.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** Something between the container and its program that keeps signals to itself. BuildKit reports the shell form without SHELL. */
export const signalsLost: Rule = {
  name: 'SignalsLost',
  category: 'safety',
  severity: 'warning',
  summary: 'the program does not get the signals of the container',
  check(file, report) {
    const { target } = file
    if (target === undefined || target.base.isWindows) return
    const instruction = firstProcess(file)
    const shipped = builtSteps(file).flatMap(({ step, isShipped }) => (isShipped ? [step.evaluated] : []))
    const hasShell = shipped.some(({ kind }) => kind === 'shell')
    const found = instruction === undefined ? undefined : problemOf(target, instruction, hasShell)
    if (found !== undefined) report(found)
    const evaluated = shipped.findLast(({ kind }) => kind === 'stopsignal')
    if (evaluated?.kind !== 'stopsignal' || !/^(?:SIG)?KILL$|^0*9$/i.test(evaluated.value)) return
    report({
      message: 'STOPSIGNAL is one that no program can answer',
      range: evaluated.instruction.arguments.range,
      cost,
      hint: 'Use the signal that the program ends on; without STOPSIGNAL it is SIGTERM.',
    })
  },
}

const cost =
  'When the container is stopped the program is killed: requests break off, and nothing is written or closed.'

/**
 * What names the first process. Behind an ENTRYPOINT of the file CMD is its arguments: then it is looked at only where the
 * ENTRYPOINT is in the shell form, or does something by itself.
 */
function firstProcess(file: RuleInput): CommandInstruction | undefined {
  const { entrypoint, cmd } = containerCommand(file)
  return entrypoint ?? cmd
}

function problemOf(target: StageFacts, { command }: CommandInstruction, hasShell: boolean): FoundProblem | undefined {
  const { base } = target
  if (command.form === 'shell') {
    if (!hasShell) return undefined
    const [shell = ''] = target.end.shell
    if (/^(?:conda|mamba)$/.test(programName(shell))) return ofConda(command.text.range)
    return shellNames.has(programName(shell)) ? ofScript(command.text, programName(shell), base) : undefined
  }
  const inner = shellInExecForm(command.arguments)
  const [first] = command.arguments
  if (inner?.script !== undefined && first !== undefined) return ofScript(inner.script, programName(first.value), base)
  const program = execProgram(command)
  // tini and dumb-init send on what they get, some of them to all processes.
  return program === undefined || program.wrappers.length > 0 ? undefined : ofLauncher(program, base)
}

/**
 * What a shell does with the last command of a script: dash starts it and waits, the others let it take their place. Tried with
 * dash 0.5.12, bash 5.2 and BusyBox 1.35.
 */
function waits(shell: string, { packageManager }: BaseFacts): boolean | undefined {
  if (shell === 'dash') return true
  if (shell !== 'sh') return false
  return packageManager === undefined || packageManager === 'none' ? undefined : packageManager === 'apt'
}

/** Commands that end at once, or that only a shell has. */
const harmless =
  /^(?:|echo|printf|true|false|exit|test|\[|:|ls|cat|env|date|cd|export|set|source|\.|eval|trap|wait|read|umask|ulimit)$/

function ofScript(script: SourceString, shell: string, base: BaseFacts): FoundProblem | undefined {
  const { commands, problems } = readShellScript(script)
  // A script that traps signals or waits for children minds them.
  const isMinded = commands.some(({ program }) => /^(?:trap|wait|kill)$/.test(program))
  const last = commands.findLast(({ isNested }) => !isNested) ?? commands.at(-1)
  const [word] = last?.words ?? []
  if (last === undefined || word === undefined || problems.length > 0 || isMinded) return undefined
  if (last.wrappers[0] === 'exec' || harmless.test(last.program) || last.isConditional || last.isInBackground)
    return undefined
  const isPiped = commands.some((each) => each !== last && each.pipeline === last.pipeline)
  const isKept = isPiped || waits(shell, base)
  if (isKept === false || (last.isNested && !isPiped)) return undefined
  const isPlain = !isPiped && last.assignments.length === 0
  return {
    ...(isKept === undefined ? { severity: 'information' } : {}),
    message: `${shell} gets the signals of the container, and ${namedProgram(last.program)} does not`,
    range: word.range,
    cost,
    hint: isPiped
      ? 'Start the program alone; the container keeps what it prints.'
      : `Write exec ${namedProgram(last.program)} …, so that it takes the place of the shell, or name it without a shell.`,
    ...(isPlain
      ? {
          fix: {
            title: 'add exec',
            isSafe: true,
            edits: [{ range: { start: word.range.start, end: word.range.start }, newText: 'exec ' }],
          },
        }
      : {}),
  }
}

/** Programs that start another one and keep the signals. */
function ofLauncher(program: ShellCommand, base: BaseFacts): FoundProblem | undefined {
  const { program: name, programWord, arguments: words } = program
  const [action, script] = words.filter(({ value }) => !value.startsWith('-'))
  if (programWord === undefined || action === undefined) return undefined
  const isRun = /^run(?:-script)?$/.test(action.value)
  const { start } = programWord.range
  if (/^(?:conda|mamba)$/.test(name)) {
    return action.value === 'run' ? ofConda({ start, end: action.range.end }) : undefined
  }
  const isScript = isRun || action.value === 'start' || (name === 'yarn' && !yarnActions.has(action.value))
  if (!/^(?:npm|yarn)$/.test(name) || !isScript) return undefined
  // Both start scripts by /bin/sh. The signal reaches it, and where it is dash no further.
  const isKept = waits('sh', base)
  if (isKept === false) return undefined
  return {
    ...(isKept === undefined ? { severity: 'information' as const } : {}),
    message: `${name} starts a shell that keeps the signals of the container`,
    range: { start, end: (isRun ? (script ?? action) : action).range.end },
    cost,
    hint: 'Name what the script of package.json runs: CMD ["node", "server.js"].',
  }
}

/** What yarn does by itself. */
const yarnActions: ReadonlySet<string> = new Set([
  'install',
  'add',
  'audit',
  'cache',
  'config',
  'info',
  'node',
  'version',
  'dlx',
])

/** conda/conda#10351 */
function ofConda(range: TextRange): FoundProblem {
  return {
    message: 'conda run keeps the signals of the container',
    range,
    cost,
    hint: 'Put the bin folder of the environment into PATH, and name the program itself.',
  }
}
