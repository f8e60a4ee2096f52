import { automaticArguments, steeringArguments, type BuildPlatform } from './build-arguments.ts'
import type { Diagnostic } from './diagnostic.ts'
import type { DockerfileDocument, Stage } from './document.ts'
import type { BaseImage, EvaluatedDockerfile, EvaluatedStage, FileSource } from './evaluated.ts'
import type { Instruction } from './instruction.ts'
import { parseDockerfile } from './parse.ts'
import { findStageByName } from './stages.ts'
import { createWorkBudget } from './work-budget.ts'
import { createExpander, type EvaluationContext } from './evaluation/context.ts'
import { evaluateInstruction } from './evaluation/evaluate-instruction.ts'
import { createScope, type Scope } from './evaluation/scope.ts'
import { reportStageOrder } from './evaluation/stage-order.ts'
import { didYouMean, problem, quote } from './reading/report.ts'

/** What a Dockerfile is evaluated for. */
export interface EvaluateOptions {
  /** `--build-arg`, by name. */
  readonly buildArguments?: ReadonlyMap<string, string>
  /** `--target`. By default the last stage. */
  readonly target?: string | undefined
  /** What the build runs on. By default linux/amd64, so that the result is the same on every machine. */
  readonly buildPlatform?: BuildPlatform
  /** What is built for. By default what the build runs on. */
  readonly targetPlatform?: BuildPlatform
  /** What is known of the images that stages begin with, by the index of the stage. */
  readonly baseImages?: ReadonlyMap<number, BaseImage>
}

/** What containers find programs in where the image does not say. */
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * Gives values to all variables of a Dockerfile, as BuildKit does on the way to what it builds: FROM sees the ARGs before the first
 * FROM, a stage sees its own ARG and ENV and those of the stages that it begins with, and ONBUILD of the base comes first.
 *
 * Pure, never throws, and does a bounded amount of work. All stages are evaluated, whether the target needs them or not. Mistakes
 * that depend on values become diagnostics; those that {@link parseDockerfile} reports are not reported again.
 */
export function evaluateDockerfile(document: DockerfileDocument, options: EvaluateOptions = {}): EvaluatedDockerfile {
  const diagnostics: Diagnostic[] = []
  const shared: SharedContext = {
    stages: document.stages,
    escape: document.escape,
    buildArguments: options.buildArguments ?? new Map<string, string>(),
    budget: createWorkBudget(),
    report: (found) => void diagnostics.push(found),
    origin: 'stage',
    place: undefined,
  }
  const { buildPlatform = { os: 'linux', architecture: 'amd64' }, targetPlatform = buildPlatform } = options
  const globals = evaluateGlobals(document, shared, { ...options, buildPlatform, targetPlatform })
  const begun = new Map<string, BegunStage>()
  const stages = document.stages.map((stage): EvaluatedStage => {
    const context: EvaluationContext = { ...shared, stage, globals }
    const current = beginStage(begun, context, options.baseImages?.get(stage.index))
    if (stage.name !== undefined) begun.set(stage.name, current)
    const inherited = inheritedInstructions(current, context, document, options.baseImages?.get(stage.index))
    const own = stage.instructions.map((instruction) => ({ instruction, context }))
    const instructions = [...inherited, ...own].flatMap((each) => {
      const evaluated = evaluateInstruction(each.instruction, current.scope, each.context)
      return evaluated === undefined ? [] : [evaluated]
    })
    return { ...current.evaluated, instructions }
  })
  const target = findTarget(document, options.target, shared.report)
  reportStageOrder(stages, shared.report)
  return {
    document,
    globalArguments: globals.entries(),
    stages,
    target: target === undefined ? undefined : stages[target.index],
    targetPlatform,
    diagnostics: diagnostics.toSorted((a, b) => a.range.start - b.range.start),
  }
}

/** The variables that there are before an instruction of a stage; before the end of it for the number of its instructions. */
export function variablesBefore(stage: EvaluatedStage, position: number): ReadonlyMap<string, string> {
  const variables = new Map(stage.inheritedVariables.entries())
  for (const each of stage.instructions.slice(0, position)) {
    const settings = each.kind === 'env' ? each.pairs : each.kind === 'arg' ? each.declarations : []
    for (const { name, value } of settings) {
      if (value !== undefined && !(each.kind === 'arg' && steeringArguments.has(name))) variables.set(name, value)
    }
  }
  return variables
}

type SharedContext = Omit<EvaluationContext, 'stage' | 'globals'>

/** A stage of which FROM is evaluated. */
interface BegunStage {
  readonly scope: Scope
  readonly evaluated: Omit<EvaluatedStage, 'instructions'>
}

/** The ARGs before the first FROM, on top of the automatic ones. Each sees those before it. */
function evaluateGlobals(
  document: DockerfileDocument,
  shared: SharedContext,
  options: EvaluateOptions & Required<Pick<EvaluateOptions, 'buildPlatform' | 'targetPlatform'>>,
): Scope {
  const { buildPlatform, targetPlatform } = options
  const { buildArguments } = shared
  const target = options.target || document.stages.at(-1)?.name || 'default'
  const automatic = automaticArguments(buildPlatform, targetPlatform, target)
  const initial = [...automatic].map(([name, value]) => [name, buildArguments.get(name) ?? value] as const)
  const scope = createScope(undefined, new Map(initial))
  const expander = createExpander(
    (name) => scope.get(name),
    () => true,
    shared,
  )
  for (const { name, value } of document.globalArguments.flatMap(({ declarations }) => declarations)) {
    const given = buildArguments.get(name.value)
    if (given !== undefined) scope.setArgument(name.value, given)
    else if (value !== undefined) scope.setArgument(name.value, expander.value(value))
    scope.declare(name.value)
  }
  return scope
}

/** Evaluates FROM, and finds what the stage begins with: a stage above of exactly that name, nothing, or an image. */
function beginStage(
  above: ReadonlyMap<string, BegunStage>,
  context: EvaluationContext,
  image: BaseImage | undefined,
): BegunStage {
  const { globals, stage, report } = context
  const { from } = stage
  const expander = createExpander(
    (name) => globals.get(name),
    (name) => globals.isDeclared(name) || globals.get(name) !== undefined,
    context,
  )
  const name = expander.value(from.base)
  const baseVariables = expander.variables.length
  const platform = from.platform === undefined ? undefined : expander.value(from.platform)
  for (const [source, value] of [[from.base, name] as const, [from.platform, platform] as const]) {
    if (value !== '' || source === undefined || source.value === '' || expander.hasFailed) continue
    report(problem('blank-base', 'error', source.range, 'nothing is left of this once its variables are replaced'))
  }
  const parent = above.get(name)
  const base: FileSource =
    parent !== undefined
      ? { kind: 'stage', index: parent.evaluated.stage.index }
      : name === 'scratch'
        ? { kind: 'scratch' }
        : { kind: 'image', reference: name }
  const inherited = parent === undefined ? createScope(undefined, withPath(image?.environment)) : inheritedScope(parent)
  const isKnown = base.kind === 'scratch' || image !== undefined
  return {
    scope: createScope(inherited),
    evaluated: {
      stage,
      base,
      platform,
      variables: expander.variables,
      platformVariables: expander.variables.slice(baseVariables),
      inheritedVariables: inherited,
      baseImage: base.kind === 'image' ? image : undefined,
      isEnvironmentKnown: parent?.evaluated.isEnvironmentKnown ?? isKnown,
    },
  }
}

/** What a stage begins with changes no more, so it is the base's own scope unless that hides something. */
function inheritedScope({ scope }: BegunStage): Scope {
  return scope.hiddenEnvironment().size === 0 ? scope : createScope(scope)
}

function withPath(environment: ReadonlyMap<string, string> = new Map()): ReadonlyMap<string, string> {
  return environment.has('PATH') ? environment : new Map([...environment, ['PATH', defaultPath]])
}

interface InheritedInstruction {
  readonly instruction: Instruction
  readonly context: EvaluationContext
}

/** What ONBUILD of the base stage, or of the base image, puts before the stage's own instructions. */
function inheritedInstructions(
  { evaluated }: BegunStage,
  context: EvaluationContext,
  document: DockerfileDocument,
  image: BaseImage | undefined,
): readonly InheritedInstruction[] {
  const { base } = evaluated
  if (base.kind === 'stage') {
    const instructions = document.stages[base.index]?.instructions ?? []
    const stageContext: EvaluationContext = { ...context, origin: 'base-stage' }
    return instructions.flatMap((each) =>
      each.kind === 'onbuild' ? [{ instruction: each.trigger, context: stageContext }] : [],
    )
  }
  const place = context.stage.from.base.range
  return (image?.triggers ?? []).flatMap((expression) => {
    const { document: parsed, diagnostics } = parseDockerfile(expression)
    for (const found of diagnostics) {
      // That there is no FROM is the way of triggers.
      if (found.code !== 'no-stage') context.report({ ...found, range: place, related: [] })
    }
    const imageContext: EvaluationContext = { ...context, origin: 'base-image', place, escape: parsed.escape }
    return parsed.instructions.map((instruction) => ({ instruction, context: imageContext }))
  })
}

/** The stage to build. Without a name it is the last. */
function findTarget(
  document: DockerfileDocument,
  name: string | undefined,
  report: EvaluationContext['report'],
): Stage | undefined {
  const { stages } = document
  if (name === undefined || name === '') return stages.at(-1)
  const found = findStageByName(stages, name)
  if (found !== undefined) return found
  const names = stages.flatMap((stage) => stage.name ?? [])
  const hint = didYouMean(name, names) ?? (names.length === 0 ? 'No stage has a name.' : undefined)
  const range = { start: document.text.length, end: document.text.length }
  report(problem('unknown-stage', 'error', range, `there is no stage ${quote(name)} to build`, hint))
  return undefined
}
