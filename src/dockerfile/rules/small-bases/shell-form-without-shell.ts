import type { DockerfileDocument } from '../../document.ts'
import type { CommandInstruction } from '../../instruction.ts'
import type { CommandLine } from '../../instruction-parts.ts'
import { quote } from '../../reading/report.ts'
import { toExecForm } from '../edits/exec-form.ts'
import { execProgram, mayRunArguments } from '../facts/container-command.ts'
import { mayProvide } from '../facts/provided-programs.ts'
import { lineageSteps, type StageFacts, type Step } from '../facts/stage-facts.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** Commands of the shell form on a base that has no /bin/sh. */
export const shellFormWithoutShell: Rule = {
  name: 'ShellFormWithoutShell',
  category: 'small-base',
  severity: 'error',
  summary: 'a command needs a shell that the base lacks',
  check(file, report) {
    for (const stage of file.stages) {
      if (!stage.isNeeded || stage.base.hasShell !== false) continue
      const run = firstRun(stage)
      if (run !== undefined) report(run)
    }
    for (const found of containerProblems(file)) report(found)
  },
}

/** The first RUN of a stage that needs a shell which nothing brought: once it fails, the others are not reached. */
function firstRun(stage: StageFacts): FoundProblem | undefined {
  // What another stage brought is not followed.
  if (stage.parent !== undefined) return undefined
  for (const step of stage.steps) {
    const { evaluated, isOwn } = step
    if (evaluated.kind !== 'run' || !needsShell(evaluated.instruction.command, step)) {
      if (mayBringShell(step)) return undefined
      continue
    }
    // A mount may bring the shell for this one RUN.
    if (evaluated.mounts.some(({ type }) => type === 'bind') || !isOwn) return undefined
    return {
      message: `RUN needs /bin/sh, which ${baseOf(stage)} does not have`,
      range: evaluated.instruction.keyword.range,
      cost: 'The build fails here.',
      hint: 'Do this in a stage with a shell, and copy the result.',
    }
  }
  return undefined
}

/** The commands of the container, and its health check. */
function containerProblems({ document, target }: RuleInput): readonly FoundProblem[] {
  if (target === undefined || target.base.hasShell !== false) return []
  const { entrypoint, cmd, healthcheck } = target.end
  const steps = lineageSteps(target)
  if (steps.some((step) => mayBringShell(step))) return []
  const place = new Map(steps.map((step) => [step.evaluated.instruction, step]))
  const found: FoundProblem[] = []
  for (const instruction of [entrypoint, isUsed(entrypoint, cmd) ? cmd : undefined]) {
    const step = instruction === undefined ? undefined : place.get(instruction)
    if (instruction === undefined || step?.isOwn !== true || !needsShell(instruction.command, step)) continue
    found.push(commandProblem(document, target, instruction))
  }
  const step = healthcheck === undefined ? undefined : place.get(healthcheck)
  if (healthcheck !== undefined && step?.isOwn === true && needsShell(healthcheck.command, step)) {
    found.push({
      message: `HEALTHCHECK needs /bin/sh, which ${baseOf(target)} does not have`,
      range: commandRange(healthcheck.command) ?? healthcheck.range,
      severity: 'warning',
      cost: 'The check fails each time, so the container is never healthy.',
      hint: 'Let the program check itself, in the exec form: HEALTHCHECK CMD ["/app", "health"].',
    })
  }
  return found
}

function commandProblem(
  document: DockerfileDocument,
  stage: StageFacts,
  instruction: CommandInstruction,
): FoundProblem {
  const exec = toExecForm(document, instruction)
  const fix = { title: 'write it in the exec form', isSafe: false, edits: exec?.edits ?? [] }
  return {
    message: `${instruction.kind.toUpperCase()} needs /bin/sh, which ${baseOf(stage)} does not have`,
    range: commandRange(instruction.command) ?? instruction.range,
    cost: 'The container does not start: exec: "/bin/sh": no such file or directory.',
    hint: 'Write it in the exec form, which needs no shell: ["/program", "argument"].',
    ...(exec?.result === 'program' ? { fix } : {}),
  }
}

/** Behind an ENTRYPOINT, CMD is arguments: nobody runs them but a launcher such as tini. ShellFormArguments reports the others. */
function isUsed(entrypoint: CommandInstruction | undefined, cmd: CommandInstruction | undefined): boolean {
  if (entrypoint === undefined || cmd?.command.form !== 'shell') return entrypoint === undefined
  const program = execProgram(entrypoint.command)?.program
  return program !== undefined && mayRunArguments(program) && !cmd.command.text.value.startsWith('-')
}

function commandRange(command: CommandLine | undefined): FoundProblem['range'] | undefined {
  return command?.form === 'shell' ? command.text.range : undefined
}

function baseOf({ base, evaluated }: StageFacts): string {
  if (base.isScratch) return 'scratch'
  return evaluated.base.kind === 'image' ? quote(evaluated.base.reference) : (base.officialName ?? 'the base')
}

/** Another shell than /bin/sh was chosen for this image. */
function needsShell(command: CommandLine | undefined, { shell }: Step): boolean {
  return command?.form === 'shell' && shell[0] === '/bin/sh'
}

function mayBringShell(step: Step): boolean {
  const { evaluated } = step
  // A program that ran in here may have linked itself to /bin/sh, as busybox does.
  if (evaluated.kind === 'run') return !needsShell(evaluated.instruction.command, step) || evaluated.mounts.length > 0
  return ['sh', 'busybox', 'dash', 'bash'].some((name) => mayProvide(step, name))
}
