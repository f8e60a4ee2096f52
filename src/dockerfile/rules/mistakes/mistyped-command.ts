import { posix } from 'node:path'
import type { BuildContext } from '../../build-context.ts'
import type { DockerfileDocument } from '../../document.ts'
import { nestedScriptIndex } from '../../script/invocation.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands, type BuiltStep } from '../facts/built-steps.ts'
import { meantProgram } from '../facts/program-names.ts'
import { lineageSteps, type StageFacts, type Step } from '../facts/stage-facts.ts'
import { mistypedAction } from '../facts/tool-actions.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** `CMD nmp start`, `RUN apt-get instal` */
export const mistypedCommand: Rule = {
  name: 'MistypedCommand',
  category: 'mistake',
  severity: 'error',
  summary: 'a command has a typing slip in it',
  check(file, report) {
    const isBrought = providedNames(file.context)
    for (const built of builtSteps(file)) {
      const script = built.step.script()
      for (const command of script?.commands ?? []) {
        const action = mistypedAction(command)
        if (action !== undefined) report(describe(file.document, action.word, action.meant, `${command.program} `))
        const { program, programWord } = command
        const meant = script?.functions.includes(program) === true ? undefined : meantIn(command, built)
        if (meant === undefined || programWord === undefined || isBrought(built.stage, program)) continue
        report(describe(file.document, programWord, meant, ''))
      }
    }
  },
}

/** More slips than this are no slips. */
const searchesMax = 50

/** Folders of the context where people keep scripts. */
const scriptFolders = ['', 'bin', 'scripts', 'docker', '.docker', 'build', 'tools']

/** Whether something may have brought a program of a name: a step of the stage, or a file of the context. */
function providedNames(context: BuildContext | undefined): (stage: StageFacts, program: string) => boolean {
  let files: ReadonlySet<string> | undefined
  const known = new Map<string, boolean>()
  return (stage, program) => {
    const key = `${stage.evaluated.stage.index} ${program}`
    const before = known.get(key)
    if (before !== undefined) return before
    if (known.size === searchesMax) return true
    const listed = scriptFolders.flatMap((folder) => context?.list(folder) ?? [])
    files ??= new Set(listed.flatMap(({ name }) => [name, name.replace(/\.[a-z]+$/, '')]))
    const found = files.has(program) || lineageSteps(stage).some((step) => namesProgram(step, program))
    known.set(key, found)
    return found
  }
}

/** The program that was meant, if the name is one that a shell would look for. */
function meantIn(command: ShellCommand, { stage, step }: BuiltStep): string | undefined {
  const { programWord, program, wrappers } = command
  if (programWord === undefined || wrappers.includes('command')) return undefined
  const folder = posix.dirname(programWord.value)
  if (programWord.value !== program && !/^\/(?:usr\/)?(?:local\/)?s?bin$/.test(folder)) return undefined
  // What CMD says is the entrypoint's business where the file has one.
  const isArgument = step.evaluated.instruction.kind === 'cmd' && stage.end.entrypoint !== undefined
  if (isArgument && command.shell === undefined) return undefined
  return stage.base.hasProgram(program) === true ? undefined : meantProgram(program)
}

/** Whether anything but a call has the name: a file, a package, an alias. */
function namesProgram(step: Step, program: string): boolean {
  const { evaluated } = step
  if (evaluated.kind === 'copy' || evaluated.kind === 'add') {
    const names = [...evaluated.sources, evaluated.destination, ...evaluated.inlineFiles.map(({ name }) => name)]
    return names.some((name) => name.includes(program))
  }
  return runCommands(step).some((command) => {
    // Commands of a script in a word are looked at by themselves.
    const script = command.words[nestedScriptIndex(command)]
    return (
      command.arguments.some((word) => word !== script && word.value.includes(program)) ||
      command.redirections.some(({ target }) => target?.value.includes(program) === true)
    )
  })
}

function describe({ text }: DockerfileDocument, word: ShellWord, meant: string, before: string): FoundProblem {
  const { range, value } = word
  const written = text.slice(range.start, range.end)
  const name = posix.basename(value)
  const isInArray = written === JSON.stringify(value)
  const newText = `${value.slice(0, value.length - name.length)}${meant}`
  const edit =
    written === value ? { range, newText } : isInArray ? { range, newText: JSON.stringify(newText) } : undefined
  return {
    message: `${before}${name} looks like a slip of ${before}${meant}`,
    range,
    cost: 'There is no such command, so what it should do is not done.',
    hint: `Did you mean ${before}${meant}?`,
    ...fixOf(`write ${meant}`, 'unsafe', [edit]),
  }
}
