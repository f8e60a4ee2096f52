import { quote } from '../../reading/report.ts'
import type { ShellCommand } from '../../shell-command.ts'
import { hasKnownPackages, mayInstall, mayProvide } from '../facts/provided-programs.ts'
import { lineageSteps, type StageFacts } from '../facts/stage-facts.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** Programs that a stage lacks and that are looked for in its steps; more than these no file calls. */
const programsMax = 30

/** Stages that begin with one another, so many deep, are followed. */
const depthMax = 20

/** RUN with a program that the base lacks and nothing installed. */
export const toolMissing: Rule = {
  name: 'ToolMissing',
  category: 'small-base',
  severity: 'error',
  summary: 'a RUN calls a program that is not in the image',
  check(file, report) {
    for (const stage of file.stages) {
      // Where there is no shell, ShellFormWithoutShell says so.
      if (!stage.isNeeded || stage.base.hasShell !== true || depthOf(stage) > depthMax) continue
      for (const found of problemsOf(stage)) report(found)
    }
  },
}

function problemsOf(stage: StageFacts): readonly FoundProblem[] {
  const missing = missingPrograms(stage)
  if (missing.size === 0) return []
  const found: FoundProblem[] = []
  for (const step of lineageSteps(stage)) {
    if (step.evaluated.kind !== 'run') {
      for (const program of missing) if (mayProvide(step, program)) missing.delete(program)
      continue
    }
    const script = step.script()
    if (script === undefined) return found
    for (const name of script.functions) missing.delete(name)
    for (const command of script.commands) {
      if (isCall(command, missing)) {
        missing.delete(command.program)
        // What may be passed over may be meant to be.
        if (step.isOwn && stage.steps.includes(step) && isBound(command, script.commands))
          found.push(problem(stage, command))
      }
      for (const program of missing) if (mayInstall(command, program)) missing.delete(program)
    }
    if (missing.size === 0) return found
  }
  return found
}

/** The programs that the stage's own RUNs call and that its base surely lacks. */
function missingPrograms(stage: StageFacts): Set<string> {
  const found = new Set<string>()
  for (const step of stage.steps) {
    if (step.evaluated.kind !== 'run' || !step.isOwn) continue
    for (const { program, programWord } of step.script()?.commands ?? []) {
      if (found.size === programsMax) return found
      const isByName = programWord?.value === program && hasKnownPackages(program)
      if (isByName && stage.base.hasProgram(program) === false) found.add(program)
    }
  }
  return found
}

function isCall({ program, programWord }: ShellCommand, missing: ReadonlySet<string>): boolean {
  return programWord?.value === program && missing.has(program)
}

/** Whether the build fails if a command does: nothing takes its failure for an answer. */
function isBound(command: ShellCommand, commands: readonly ShellCommand[]): boolean {
  const next = commands[commands.indexOf(command) + 1]
  const isAsked = command.wrappers.includes('command') || command.isConditional || command.isInBackground
  return !isAsked && next?.operatorBefore !== '||'
}

function problem({ base, evaluated }: StageFacts, { program, programWord, range }: ShellCommand): FoundProblem {
  const image = evaluated.base.kind === 'image' ? quote(evaluated.base.reference) : (base.officialName ?? 'the base')
  return {
    message: `${program} is not in ${image}, and nothing installs it before`,
    range: programWord?.range ?? range,
    cost: `The build fails here: ${program}: not found.`,
    hint: hintFor(program, base),
  }
}

function hintFor(program: string, base: StageFacts['base']): string {
  const isDownload = program === 'curl' || program === 'wget'
  if (program === 'curl' && base.hasProgram('wget') === true)
    return 'Use wget, which the base has, or ADD, or install curl.'
  if (isDownload) return `Use ADD for a single file, or install ${program} before.`
  return base.packageManager === 'none'
    ? 'Do this in a stage that has it, and copy the result.'
    : `Install it before, or do this in a stage that has it.`
}

function depthOf(stage: StageFacts): number {
  let depth = 0
  for (let at = stage.parent; at !== undefined; at = at.parent) depth += 1
  return depth
}
