import type { CommandLine } from './instruction-parts.ts'
import type { ShellCommand, ShellExtension, ShellProblem, ShellScript, ShellVariable } from './shell-command.ts'
import type { SourceString } from './source-string.ts'
import type { TextRange } from './text-range.ts'
import { collectCommands } from './script/collect-commands.ts'
import { describeCommand, nestedScriptIndex } from './script/invocation.ts'

/** Scripts in scripts (`sh -c "sh -c …"`) are followed so far. */
const nestingMax = 4

/**
 * Reads a script for a POSIX shell or bash, and the scripts that it hands to shells. Never throws, runs nothing, and takes time in
 * proportion to the script.
 */
export function readShellScript(source: SourceString): ShellScript {
  const commands: ShellCommand[] = []
  const problems: ShellProblem[] = []
  const extensions: ShellExtension[] = []
  const variables: ShellVariable[] = []
  const functions: string[] = []
  const assigned: string[] = []
  let pipelines = 0
  const read = (script: SourceString, depth: number, outer: ShellCommand | undefined): TextRange | undefined => {
    const found = collectCommands(script, pipelines)
    pipelines = found.pipelinesEnd
    problems.push(...found.problems)
    for (const each of found.extensions) extensions.push(outer === undefined ? each : { ...each, shell: outer.program })
    for (const each of found.variables) variables.push(each)
    for (const each of found.functions) functions.push(each)
    for (const each of found.assigned) assigned.push(each)
    for (const { command, script: inner } of found.commands) {
      const placed = outer === undefined ? command : within(command, outer)
      commands.push(placed)
      if (inner !== undefined && depth < nestingMax) read(inner, depth + 1, placed)
    }
    return found.trailingComment
  }
  const trailingComment = read(source, 0, undefined)
  return { commands, problems, extensions, variables, functions, assigned, trailingComment }
}

/** What the exec form runs: one command, and the script in it where the program is a shell. */
export function readExecForm(words: readonly SourceString[]): ShellScript {
  const [first] = words
  const nothing = {
    problems: [],
    extensions: [],
    variables: [],
    functions: [],
    assigned: [],
    trailingComment: undefined,
  }
  if (first === undefined) return { ...nothing, commands: [] }
  const command = describeCommand({
    range: { start: first.range.start, end: words.at(-1)?.range.end ?? first.range.end },
    words: words.map(({ range, value }) => ({ range, value, isLiteral: true, hasSubstitution: false })),
    assignments: [],
    redirections: [],
    pipeline: 0,
    operatorBefore: undefined,
    isConditional: false,
    isNested: false,
    isInBackground: false,
    shell: undefined,
  })
  const script = words[nestedScriptIndex(command)]
  if (script === undefined) return { ...nothing, commands: [command] }
  const inner = readShellScript(script)
  return {
    ...inner,
    commands: [command, ...inner.commands.map((each) => within(each, command))],
    extensions: inner.extensions.map((each) => ({ ...each, shell: each.shell ?? command.program })),
  }
}

/** What CMD, ENTRYPOINT or HEALTHCHECK runs where the shell is a POSIX one. */
export function readCommandLine(command: CommandLine): ShellScript {
  return command.form === 'exec' ? readExecForm(command.arguments) : readShellScript(command.text)
}

/** A command of a script that another command runs. */
function within(command: ShellCommand, outer: ShellCommand): ShellCommand {
  return {
    ...command,
    isNested: true,
    isConditional: command.isConditional || outer.isConditional,
    isInBackground: command.isInBackground || outer.isInBackground,
    shell: command.shell ?? outer.program,
  }
}
