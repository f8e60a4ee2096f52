import { posix } from 'node:path'
import type { EvaluatedCopy } from '../../evaluated.ts'
import { fetchFirst, installFirst } from '../edits/install-first.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { commandFolders } from '../facts/command-folders.ts'
import { contextPath } from '../facts/context-files.ts'
import { dependencyCommand } from '../facts/dependency-commands.ts'
import { packageCommand } from '../facts/package-commands.ts'
import { isWithin, resolvePath } from '../facts/paths.ts'
import { projectInstall, type ProjectInstall } from '../facts/project-installs.ts'
import { isRemoteSource } from '../facts/remote-source.ts'
import { installFiles } from '../facts/source-needs.ts'
import type { StageFacts, Step } from '../facts/stage-facts.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `npm ci` behind `COPY . .`: each change of the source installs everything anew. */
export const dependenciesAfterSource: Rule = {
  name: 'DependenciesAfterSource',
  category: 'speed',
  severity: 'warning',
  summary: 'dependencies are installed after the source was copied, and so at each change of it',
  check(file, report) {
    const states = new Map<StageFacts, StageState>()
    for (const { stage, step } of builtSteps(file)) {
      const before = stage.parent === undefined ? undefined : states.get(stage.parent)
      const state = states.get(stage) ?? { copies: [], between: [], installed: new Set(before?.installed) }
      states.set(stage, state)
      const copy = sourceCopy(file, step)
      const found = copy === undefined ? lateInstall(file, step, state) : undefined
      if (found !== undefined) report(found)
      // Copies after many others are hardly those of the project.
      if (copy !== undefined && state.copies.length < copiesMax)
        state.copies.push({ ...copy, index: state.between.length })
      state.between.push(step)
    }
  },
}

const copiesMax = 20

/** Stands for a folder that only the base knows. */
const unknownFolder = '/?'

interface SourceCopy {
  readonly copy: EvaluatedCopy
  /** The folder of the context. */
  readonly from: string
  /** Where its content goes. */
  readonly to: string
}

interface StageState {
  readonly copies: (SourceCopy & { readonly index: number })[]
  /** The instructions of the stage up to here. */
  readonly between: Step[]
  /** Tools whose dependencies are in already. */
  readonly installed: Set<string>
}

/** A COPY of the whole context, or of one of its folders where it is known to be one. */
function sourceCopy({ context }: RuleInput, { evaluated, workingDirectory }: Step): SourceCopy | undefined {
  if ((evaluated.kind !== 'copy' && evaluated.kind !== 'add') || evaluated.fileSource !== undefined) return undefined
  const source = evaluated.sources.find((each) => {
    if (isRemoteSource(each)) return false
    return contextPath(each.replace(/^(?:\.?\/)?\*$/, '')) === '' || context?.list(contextPath(each)) !== undefined
  })
  const to = resolvePath(workingDirectory ?? unknownFolder, evaluated.destination)
  // A list of what to take, not of what to leave out: perhaps the source is not among it.
  const isChosen = /^\*\*?(?:\/\*)?\s*$/m.test(context?.ignoreFile?.text ?? '')
  if (source === undefined || to === undefined || isChosen) return undefined
  const from = contextPath(source.replace(/^(?:\.?\/)?\*$/, ''))
  return { copy: evaluated, from, to: to.replace(/(?<=.)\/$/, '') }
}

function lateInstall(file: RuleInput, step: Step, state: StageState): FoundProblem | undefined {
  const commands = runCommands(step)
  const folders = commandFolders(commands, step.workingDirectory ?? unknownFolder)
  for (const [at, command] of commands.entries()) {
    const install = command.isConditional ? undefined : projectInstall(command)
    if (install === undefined || state.installed.has(install.tool)) continue
    state.installed.add(install.tool)
    const folder = folders[at]
    const copy = folder === undefined ? undefined : state.copies.findLast(({ to }) => isWithin(folder, to))
    if (folder === undefined || copy === undefined || isCached(install, step)) continue
    const inside = posix.relative(copy.to, folder)
    const files = filesOf(file, posix.join(copy.from, inside).replace(/^\.$/, ''), install)
    if (files === undefined) continue
    const { start } = (command.programWord ?? command).range
    const isFirst = at === 0 && inside === ''
    return {
      message: `${install.name} runs again at each change of the source, which is copied before`,
      range: { start, end: Math.max(start, install.actionWord.range.end) },
      cost: 'A change of one line fetches and installs every dependency again.',
      hint: hintFor(install),
      related: [{ message: 'the source comes in here', range: copy.copy.instruction.range }],
      ...(isFirst || !install.isComplete ? fixFor(file, copy, state, step, install, files, inside) : {}),
    }
  }
  return undefined
}

/** A cache mount keeps what these fetch and compile. The others install all the same. */
function isCached({ tool }: ProjectInstall, { evaluated }: Step): boolean {
  const isBuild = ['go', 'cargo', 'maven', 'gradle', 'dotnet', 'sbt'].includes(tool)
  return isBuild && evaluated.kind === 'run' && evaluated.mounts.some(({ type }) => type === 'cache')
}

/** The files that an installation needs, by name. Undefined where it needs more than these, or is of no project that is there. */
function filesOf({ context }: RuleInput, folder: string, install: ProjectInstall): readonly string[] | undefined {
  if (context !== undefined) {
    const found = installFiles(context, folder, install)
    return found === undefined || found.needsSource ? undefined : found.names
  }
  const { tool, manifest, others } = install
  if (tool === 'npm') return ['package*.json']
  if (tool === 'go') return ['go.mod', 'go.sum']
  // What no file matches is left out of a pattern without an error.
  const lock = others.find((name) => /lock/.test(name))
  return tool === 'pip' || lock === undefined ? [manifest, ...others] : [manifest, `${lock}*`]
}

function fixFor(
  { document }: RuleInput,
  source: StageState['copies'][number],
  { between }: StageState,
  step: Step,
  install: ProjectInstall,
  names: readonly string[],
  inside: string,
): Pick<FoundProblem, 'fix'> {
  const { copy } = source
  if (step.evaluated.kind !== 'run' || inside !== '') return {}
  const files = names.map((name) => posix.join(source.from, name))
  const late = { copy: copy.instruction, run: step.evaluated.instruction, commands: runCommands(step), files }
  const title = `copy ${files.slice(0, 2).join(' and ')} first`
  if (install.tool === 'go' && !install.isComplete) {
    const edits =
      between[source.index]?.workingDirectory === step.workingDirectory
        ? fetchFirst(document, late, 'go mod download')
        : undefined
    return edits === undefined ? {} : { fix: { title, isSafe: false, edits } }
  }
  const isMovable = install.isComplete && between.slice(source.index + 1).every((each) => mayComeBefore(each, copy))
  const edits = isMovable ? installFirst(document, late) : undefined
  return edits === undefined ? {} : { fix: { title, isSafe: false, edits } }
}

/** Whether an instruction behind a COPY does the same before it, and the COPY behind the instruction. */
function mayComeBefore(step: Step, { variables, instruction }: EvaluatedCopy): boolean {
  const { kind } = step.evaluated
  if (kind === 'copy' || kind === 'add') return false
  if (kind === 'workdir') return instruction.destination.value.startsWith('/')
  if (kind === 'env' || kind === 'arg') return variables.length === 0
  return kind !== 'run' || runCommands(step).every((command) => installsByName(command))
}

/** `apt-get install curl`, `pip install --upgrade pip`: nothing of it is in the source. */
function installsByName(command: ShellCommand): boolean {
  if (packageCommand(command) !== undefined) return true
  const asked = dependencyCommand(command)
  return (
    asked !== undefined &&
    asked.packages.length > 0 &&
    asked.packages.every(({ value }) => !/[./]/.test(value.replace(/[=<>!~].*$/, '')))
  )
}

function hintFor({ tool, name, manifest, others, first }: ProjectInstall): string {
  if (tool === 'cargo')
    return 'Mount caches for the registry and for target, or build the dependencies first with cargo-chef.'
  if (tool === 'dotnet') return 'Copy the project files, run dotnet restore, and then copy the rest.'
  const mount = /^(?:go|maven|gradle|sbt)$/.test(tool) ? ', or mount a cache for what it fetches' : ''
  if (first !== undefined)
    return `Copy ${manifest} and what belongs to it, run ${first}, and then copy the rest${mount}.`
  const lock = others.some((file) => /lock/.test(file)) ? ' and its lock file' : ''
  return `Copy ${manifest}${lock} first, run ${name}, and then copy the rest${mount}.`
}
