import type { ShellCommand } from '../../shell-command.ts'
import { commandFolders } from './command-folders.ts'
import type { StageFacts, Step } from './stage-facts.ts'

/** What is known of a variable. Undefined where only building would tell. */
export type KnownVariable = { readonly value: string | undefined } | undefined

/** A command of a RUN, with what holds when it is run. */
export interface StageCommand {
  readonly step: Step
  readonly command: ShellCommand
  /** Where it runs. Undefined where only running would tell. */
  readonly folder: string | undefined
  /** A variable of its environment, as far as the file sets it. To be asked while the command is visited. */
  readonly variable: (name: string) => KnownVariable
}

/** Hands over the commands of a stage's own RUNs, in order. */
export function visitStageCommands(stage: StageFacts, visit: (found: StageCommand) => void): void {
  const { inheritedVariables } = stage.evaluated
  const ofStage = new Map<string, KnownVariable>()
  for (const step of stage.steps) {
    const { evaluated } = step
    if (evaluated.kind === 'env') for (const { name, value } of evaluated.pairs) ofStage.set(name, { value })
    if (evaluated.kind === 'arg') {
      for (const { name, value } of evaluated.declarations) {
        // ENV wins over ARG; an ARG without a value may get one.
        if (!ofStage.has(name)) ofStage.set(name, value === undefined ? undefined : { value })
      }
    }
    if (evaluated.kind !== 'run') continue
    const commands = step.script()?.commands ?? []
    const folders = commandFolders(commands, step.workingDirectory)
    const ofScript = new Map<string, KnownVariable>()
    for (const [at, command] of commands.entries()) {
      const ofCommand = assigned(command)
      visit({
        step,
        command,
        folder: folders[at],
        variable: (name) => {
          for (const scope of [ofCommand, ofScript, ofStage]) if (scope.has(name)) return scope.get(name)
          return { value: inheritedVariables.get(name) }
        },
      })
      if (command.words.length === 0 || command.program === 'export') {
        for (const [name, value] of ofCommand) ofScript.set(name, value)
      }
    }
  }
}

/** `A=b command`, `env A=b command`, `export A=b`. */
function assigned({
  assignments,
  words,
  wrappers,
  program,
  programWord,
}: ShellCommand): ReadonlyMap<string, KnownVariable> {
  const found = new Map<string, KnownVariable>()
  for (const { name, value } of assignments) {
    found.set(name, value === undefined ? { value: '' } : value.isLiteral ? { value: value.value } : undefined)
  }
  if (wrappers.length === 0 && program !== 'export') return found
  const end = program === 'export' || programWord === undefined ? words.length : words.indexOf(programWord)
  for (const { value, isLiteral } of words.slice(0, end)) {
    const [, name, text] = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(value) ?? []
    if (name !== undefined) found.set(name, isLiteral ? { value: text } : undefined)
  }
  return found
}
