import { posix } from 'node:path'
import type { ShellCommand } from '../../shell-command.ts'
import type { BaseFacts } from '../facts/base-images.ts'
import { containerCommand } from '../facts/container-command.ts'
import { mayPutFile } from '../facts/possible-files.ts'
import { hasKnownPackages, lacksProgram } from '../facts/provided-programs.ts'
import { lineageSteps, type StageFacts, type Step } from '../facts/stage-facts.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** A CMD or ENTRYPOINT with a program that neither the base nor any instruction has brought. */
export const programMissing: Rule = {
  name: 'ProgramMissing',
  category: 'mistake',
  severity: 'error',
  summary: 'the container starts with a program that nothing put into the image',
  check(file, report) {
    const { entrypoint, cmd } = containerCommand(file)
    const main = entrypoint ?? cmd
    const { target } = file
    if (target === undefined || main === undefined || target.base.isWindows) return
    const step = lineageSteps(target).find(({ evaluated }) => evaluated.instruction === main)
    const command = step?.script()?.commands[0]
    const isForShell = main.command.form === 'shell' && target.base.hasShell === false
    if (step?.isOwn !== true || command === undefined || isForShell) return
    const found = isEmpty(target.base) ? missingInEmpty(file, target, command) : missingProgram(target, command)
    if (found !== undefined) report(found)
  },
}

function isCalledByName({ programWord, program, wrappers, words }: ShellCommand): boolean {
  const isPlain = programWord?.value === program && program !== ''
  // `sudo` and the like may have a PATH of their own.
  return isPlain && !wrappers.includes('command') && !wrappers.includes('chroot') && words[0]?.value !== '['
}

/** Whether a base has no program at all. */
function isEmpty({ isScratch, libc, hasShell }: BaseFacts): boolean {
  return isScratch || (libc === 'none' && hasShell === false)
}

/** On an empty base the program is where a COPY has put it, by its path or in a folder of PATH. */
function missingInEmpty({ context }: RuleInput, target: StageFacts, command: ShellCommand): FoundProblem | undefined {
  const path = command.programWord?.value ?? ''
  if (command.programWord?.isLiteral !== true || path === '' || path.includes('$')) return undefined
  const steps = lineageSteps(target)
  const { workingDirectory = '/' } = target.end
  const places = path.includes('/')
    ? [posix.resolve('/', workingDirectory, path)]
    : foldersOfPath(steps).map((folder) => posix.join(folder, path))
  if (places.some((place) => steps.some((step) => mayPutFile(step, place, context)))) return undefined
  const elsewhere = path.includes('/') ? undefined : copiedElsewhere(steps, path)
  return describe(
    command,
    'The container does not start: the runtime finds no such file.',
    elsewhere === undefined
      ? 'Copy it there from the stage that makes it, or correct the path.'
      : `${elsewhere} is not in PATH here: write the whole path.`,
  )
}

/** Where containers find programs in, as far as the file says. */
function foldersOfPath(steps: readonly Step[]): readonly string[] {
  let path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  for (const { evaluated } of steps) {
    if (evaluated.kind === 'env') path = evaluated.pairs.find(({ name }) => name === 'PATH')?.value ?? path
  }
  return path.split(':').filter((folder) => folder.startsWith('/'))
}

function copiedElsewhere(steps: readonly Step[], program: string): string | undefined {
  const copied = steps.flatMap(({ evaluated }) =>
    evaluated.kind === 'copy'
      ? evaluated.sources.map((source) => ({ source, destination: evaluated.destination }))
      : [],
  )
  const found = copied.find(
    ({ source, destination }) => posix.basename(source) === program || posix.basename(destination) === program,
  )
  if (found === undefined) return undefined
  const isFolder = found.destination.endsWith('/') || found.destination === '.'
  return isFolder ? posix.join(found.destination, posix.basename(found.source)) : found.destination
}

function missingProgram(target: StageFacts, command: ShellCommand): FoundProblem | undefined {
  if (!isCalledByName(command) || command.isConditional || !hasKnownPackages(command.program)) return undefined
  if (!lacksProgram(target, command.program)) return undefined
  return describe(command, 'The container does not start: there is no such program.', hintFor(target, command.program))
}

function describe(command: ShellCommand, cost: string, hint: string): FoundProblem {
  const { program, programWord, range } = command
  return {
    message: `nothing put ${programWord?.value ?? program} into the image`,
    range: programWord?.range ?? range,
    cost,
    hint,
  }
}

function hintFor({ base }: StageFacts, program: string): string {
  return base.hasShell === false
    ? `Copy ${program} from another stage, or take a base that has it.`
    : `Install ${program} before, or take a base that has it.`
}
