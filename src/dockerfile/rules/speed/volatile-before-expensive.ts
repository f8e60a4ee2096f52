import { deleteInstruction, insertLinesAfter } from '../../edit.ts'
import type { EvaluatedInstruction } from '../../evaluated.ts'
import type { Instruction } from '../../instruction.ts'
import { runCommands } from '../facts/built-steps.ts'
import { contextPath } from '../facts/context-files.ts'
import { dependencyCommand } from '../facts/dependency-commands.ts'
import { packageCommand } from '../facts/package-commands.ts'
import { projectCommand } from '../facts/project-commands.ts'
import { isUnrelatedProgram } from '../facts/unrelated-programs.ts'
import type { StageFacts, Step } from '../facts/stage-facts.ts'
import type { ShellCommand } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** `ARG GIT_SHA` above `RUN apt-get install`: the value is in the environment of each RUN behind it. */
export const volatileBeforeExpensive: Rule = {
  name: 'VolatileBeforeExpensive',
  category: 'speed',
  severity: 'warning',
  summary: 'an argument that is another one in each build stands before steps that do not need it',
  check(file, report) {
    for (const stage of file.stages) {
      if (!stage.isNeeded) continue
      for (const found of problemsOf(file, stage)) report(found)
    }
  },
}

/** A date, a commit or the number of a build. Not versions, which often say what to install. */
const volatile =
  /^(?:\w+_)?(?:build_?(?:date|time|timestamp|number|num|no|id)|(?:git_?)?(?:commit|sha)(?:_?(?:sha1?|hash|id|ref|rev|date))?|git_?(?:rev|revision|hash|ref|describe)|short_sha|vcs_?(?:ref|revision)|source_?commit|(?:ci|run|pipeline|job)_(?:i?id|number))$|^(?:date|revision|buildno|timestamp)$/i

/** A default that stands for no value. Any other is a version that somebody chose: `ARG NGINX_COMMIT=0a1b2c3d`. */
const noValue = /^(?:|unknown|none|dev|development|local|latest|undefined|null|n\/a|unset|0+|HEAD|snapshot)$/i

/** More of them than this are not followed at once. */
const followedMax = 8

/** A variable that more variables are set to than this is not followed. */
const namesMax = 20

interface Followed {
  readonly name: string
  readonly range: TextRange
  /** It, and the variables that are set to it. */
  readonly names: Set<string>
  /** The ARG, and what sets variables and labels to it. Undefined where these cannot be moved. */
  moved: Instruction[] | undefined
  /** Whether a LABEL uses it. */
  isForLabel: boolean
  /** The build that stands behind it and does not name it. */
  build: Step | undefined
  /** The steps that do not need it, and how many of the others were found by the last of them. */
  readonly expensive: Step[]
  movedThen: number
}

function problemsOf({ document }: RuleInput, { steps }: StageFacts): readonly FoundProblem[] {
  const done: Followed[] = []
  let open: Followed[] = []
  let isSourceThere = false
  for (const step of steps) {
    const { evaluated, isOwn } = step
    const used = usedNames(step)
    for (const each of open) follow(each, evaluated, used)
    if (evaluated.kind === 'run' && isOwn) for (const each of open) noteRun(each, step, isSourceThere)
    const isEnd = evaluated.kind === 'run' && !isKnownRun(step)
    done.push(...open.filter(({ names }) => isEnd || names.size === 0))
    open = isEnd ? [] : open.filter(({ names }) => names.size > 0)
    isSourceThere ||= isSource(evaluated)
    if (evaluated.kind === 'arg' && isOwn && evaluated.instruction.kind === 'arg' && open.length < followedMax) {
      const { instruction } = evaluated
      for (const [at, { name, value }] of instruction.declarations.entries()) {
        const isDefault = evaluated.declarations[at]?.origin === 'default'
        if (!volatile.test(name.value) || (isDefault && !noValue.test(value?.value ?? ''))) continue
        const moved = instruction.declarations.length === 1 ? [instruction] : undefined
        open.push({
          name: name.value,
          range: name.range,
          names: new Set([name.value]),
          moved,
          expensive: [],
          movedThen: 0,
          isForLabel: false,
          build: undefined,
        })
      }
    }
  }
  return [...done, ...open].flatMap((each) => problemOf(document, each))
}

/** Takes note of what an instruction does with a variable. Behind the first that needs it nothing can be gained. */
function follow(followed: Followed, evaluated: EvaluatedInstruction, used: ReadonlySet<string>): void {
  const { names } = followed
  if (![...names].some((name) => used.has(name))) return
  if ((evaluated.kind !== 'env' && evaluated.kind !== 'label') || names.size > namesMax) {
    names.clear()
    return
  }
  const isAlone = evaluated.pairs.length === 1 || evaluated.kind === 'label'
  if (evaluated.kind === 'env') for (const { name } of evaluated.pairs) names.add(name)
  else followed.isForLabel = true
  if (isAlone && followed.moved !== undefined) followed.moved.push(evaluated.instruction)
  else followed.moved = undefined
}

function noteRun(followed: Followed, step: Step, isSourceThere: boolean): void {
  if (followed.names.size === 0) return
  if (!isSourceThere && runCommands(step).some((command) => isInstall(command))) {
    followed.expensive.push(step)
    followed.movedThen = followed.moved?.length ?? 0
  }
  const isOnlyForLabel = followed.isForLabel && followed.names.size === 1
  if (isOnlyForLabel && runCommands(step).some((command) => isBuild(command))) followed.build ??= step
}

function problemOf(document: RuleInput['document'], followed: Followed): readonly FoundProblem[] {
  const { name, range, expensive, build } = followed
  const disturbed = expensive[0] ?? build
  if (disturbed === undefined) return []
  const isSure = expensive.length > 0
  return [
    {
      message: `${name} is another one in each build, and the steps behind it are run again for it`,
      range,
      ...(isSure ? {} : { severity: 'information' as const }),
      cost: 'The value of an ARG is in the environment of every RUN behind it, so the build cache has none of them.',
      hint: isSure
        ? `Declare ${name} where it is needed, behind the steps that take long.`
        : 'Only a LABEL names it: put both at the end of the stage, if the build does not look at its environment.',
      related: [{ message: 'this does not name it', range: disturbed.evaluated.instruction.keyword.range }],
      ...fixFor(document, followed),
    },
  ]
}

function fixFor(
  document: RuleInput['document'],
  { name, expensive, moved, movedThen }: Followed,
): Pick<FoundProblem, 'fix'> {
  const last = expensive.at(-1)
  const instructions = moved?.slice(0, movedThen) ?? []
  if (last === undefined || instructions.length === 0) return {}
  const lines = instructions.map(({ range }) => document.text.slice(range.start, range.end))
  const edits = [
    ...instructions.map((instruction) => deleteInstruction(document, instruction)),
    insertLinesAfter(document, last.evaluated.instruction, lines),
  ]
  return { fix: { title: `move ${name} down`, isSafe: false, edits } }
}

/** The variables that an instruction expands itself, or whose commands do. */
function usedNames(step: Step): ReadonlySet<string> {
  const { evaluated } = step
  const script = evaluated.kind === 'run' ? step.script() : undefined
  return new Set([...evaluated.variables, ...(script?.variables ?? [])].map(({ name }) => name))
}

/** A commit changes the source as well, so behind it nothing is gained for an installation. */
function isSource(evaluated: EvaluatedInstruction): boolean {
  if (evaluated.kind !== 'copy' && evaluated.kind !== 'add') return false
  return (
    evaluated.fileSource === undefined &&
    evaluated.sources.some((source) => contextPath(source.replace(/\*$/, '')) === '')
  )
}

/** Whether nothing in a RUN could look at its environment unseen. */
function isKnownRun(step: Step): boolean {
  const commands = runCommands(step)
  return commands.length > 0 && commands.every((command) => command.words.length === 0 || isKnown(command))
}

function isKnown(command: ShellCommand): boolean {
  return isUnrelatedProgram(command.program) || isInstall(command)
}

function isBuild(command: ShellCommand): boolean {
  return projectCommand(command)?.kind === 'build' || /^(?:make|cmake|ninja|bazel|meson)$/.test(command.program)
}

function isInstall(command: ShellCommand): boolean {
  const asked = packageCommand(command)
  if (asked !== undefined) return asked.action === 'install' || asked.action === 'upgrade'
  return dependencyCommand(command) !== undefined || projectCommand(command)?.kind === 'fetch'
}
