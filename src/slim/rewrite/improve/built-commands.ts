import { variablesBefore } from '../../../dockerfile/evaluate.ts'
import type { EvaluatedDockerfile } from '../../../dockerfile/evaluated.ts'
import { runScript } from '../../../dockerfile/run-script.ts'
import type { ShellCommand, ShellWord } from '../../../dockerfile/shell-command.ts'
import { readShellScript } from '../../../dockerfile/shell-script.ts'
import { neededStages } from '../../../dockerfile/stages.ts'
import type { TextEdit } from '../../../dockerfile/edit.ts'

/** A command of a RUN in shell form, in a stage that the target takes. */
export interface BuiltCommand {
  readonly command: ShellCommand
  readonly stage: number
  /** What the stage gives a value to, or a command before in the same RUN. */
  readonly variables: ReadonlyMap<string, string>
}

/** The commands that a build runs, in the order of the file. Scripts that cannot be read have none. */
export function builtCommands(evaluated: EvaluatedDockerfile): readonly BuiltCommand[] {
  const { target } = evaluated
  if (target === undefined) return []
  return neededStages(evaluated, target).flatMap((stage) =>
    stage.instructions.flatMap((each, position): readonly BuiltCommand[] => {
      if (each.kind !== 'run' || each.origin !== 'stage' || each.instruction.kind !== 'run') return []
      const run = runScript(each.instruction)
      if (run.kind !== 'shell') return []
      const { commands, problems } = readShellScript(run.script)
      if (problems.length > 0) return []
      const variables = new Map(variablesBefore(stage, position))
      return commands.map((command): BuiltCommand => {
        const exported = command.program === 'export' ? command.arguments : []
        for (const { value } of exported) {
          const at = value.indexOf('=')
          if (at > 0) variables.set(value.slice(0, at), value.slice(at + 1))
        }
        return { command, stage: stage.stage.index, variables: new Map(variables) }
      })
    }),
  )
}

/** The value of a variable for a command. */
export function settingOf({ command, variables }: BuiltCommand, name: string): string | undefined {
  return command.assignments.find((each) => each.name === name)?.value?.value ?? variables.get(name)
}

/** Puts an assignment before a command and the programs that only run it. */
export function assign({ command }: BuiltCommand, name: string, value: string): TextEdit {
  const first = command.assignments[0]?.range ?? command.words[0]?.range ?? command.range
  // Behind `sudo` and `env` an assignment before them would not arrive.
  const start = command.wrappers.length > 0 ? (command.programWord ?? command).range.start : first.start
  return { range: { start, end: start }, newText: `${name}=${value} ` }
}

/** Whether an assignment before the command arrives at it. */
export function takesAssignment({ command: { wrappers, shell } }: BuiltCommand): boolean {
  return shell === undefined && wrappers.every((wrapper) => wrapper === 'env')
}

/** Puts a word behind a word that is written as it is read. */
export function addWord(text: string, word: ShellWord, added: string): readonly TextEdit[] {
  const { start, end } = word.range
  return text.slice(start, end) === word.value ? [{ range: { start: end, end }, newText: ` ${added}` }] : []
}
