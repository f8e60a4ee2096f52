import { steeringArguments } from '../build-arguments.ts'
import type {
  EvaluatedArg,
  EvaluatedCopy,
  EvaluatedDeclaration,
  EvaluatedExpose,
  EvaluatedInstruction,
  EvaluatedMount,
  EvaluatedPairs,
} from '../evaluated.ts'
import type {
  AddInstruction,
  ArgInstruction,
  CopyInstruction,
  EnvInstruction,
  ExposeInstruction,
  Instruction,
  LabelInstruction,
  VolumeInstruction,
} from '../instruction.ts'
import type { Mount } from '../mount.ts'
import type { SourceString } from '../source-string.ts'
import { mountValues, readMount } from '../reading/read-mount.ts'
import { problem, quote } from '../reading/report.ts'
import { createStageExpander, type EvaluationContext, type Expander } from './context.ts'
import { copySource, mountSource } from './file-source.ts'
import { parsePorts } from './ports.ts'
import type { Scope } from './scope.ts'
import { isSignal } from './signals.ts'

/** What the instructions of one stage share. */
interface StageEvaluation {
  readonly scope: Scope
  readonly context: EvaluationContext
  readonly expander: Expander
  /** What every evaluated instruction has. */
  readonly shared: Pick<EvaluatedInstruction, 'origin' | 'variables'>
}

/**
 * Evaluates one instruction with the variables that there are before it, and sets those that it sets. Undefined for instructions
 * that cannot be read.
 */
export function evaluateInstruction(
  instruction: Instruction,
  scope: Scope,
  context: EvaluationContext,
): EvaluatedInstruction | undefined {
  const expander = createStageExpander(scope, context)
  const shared = { origin: context.origin, variables: expander.variables }
  const evaluation: StageEvaluation = { scope, context, expander, shared }
  switch (instruction.kind) {
    case 'arg':
      return evaluateArg(instruction, evaluation)
    case 'env':
    case 'label':
      return evaluatePairs(instruction, evaluation)
    case 'copy':
    case 'add':
      return evaluateCopy(instruction, evaluation)
    case 'run': {
      const mounts = instruction.mounts.flatMap((mount) => evaluateMount(mount, evaluation))
      return { kind: 'run', instruction, ...shared, mounts }
    }
    case 'expose':
      return evaluateExpose(instruction, evaluation)
    case 'volume':
      return evaluateVolume(instruction, evaluation)
    case 'workdir':
      return { kind: 'workdir', instruction, ...shared, value: expander.value(instruction.path) }
    case 'user':
      return { kind: 'user', instruction, ...shared, value: expander.value(instruction.user) }
    case 'stopsignal': {
      const value = expander.value(instruction.signal)
      if (!expander.hasFailed && !isSignal(value)) reportSignal(instruction.signal, value)
      return { kind: 'stopsignal', instruction, ...shared, value }
    }
    case 'cmd':
    case 'entrypoint':
    case 'shell':
    case 'healthcheck':
    case 'onbuild':
    case 'maintainer':
      return { kind: instruction.kind, instruction, ...shared }
    case 'from':
    case 'invalid':
      return undefined
  }

  function reportSignal({ range }: SourceString, value: string): void {
    const message = value === '' ? 'nothing is left of the signal' : `${quote(value)} is no signal`
    context.report(problem('bad-signal', 'error', context.place ?? range, message))
  }
}

/** ARG: what the build gives, or the default, or what an ARG before the first FROM gave. */
function evaluateArg(instruction: ArgInstruction, evaluation: StageEvaluation): EvaluatedArg {
  const { scope, context, expander, shared } = evaluation
  const declarations = instruction.declarations.map((declaration): EvaluatedDeclaration => {
    const name = declaration.name.value
    const given = context.buildArguments.get(name)
    const { value, origin } = evaluateDeclaration(name, given, declaration.value)
    // A steering argument is declared, but no variable.
    if (value !== undefined && !steeringArguments.has(name)) scope.setArgument(name, value)
    scope.declare(name)
    return { name, value, origin }
  })
  return { kind: 'arg', instruction, ...shared, declarations }

  function evaluateDeclaration(
    name: string,
    given: string | undefined,
    byDefault: SourceString | undefined,
  ): Pick<EvaluatedDeclaration, 'value' | 'origin'> {
    if (given !== undefined) return { value: given, origin: 'build' }
    if (byDefault !== undefined) return { value: expander.value(byDefault), origin: 'default' }
    const value = context.globals.get(name)
    return { value, origin: value === undefined ? 'none' : 'global' }
  }
}

/** ENV and LABEL: all pairs see the variables that there are before the first of them. */
function evaluatePairs(instruction: EnvInstruction | LabelInstruction, evaluation: StageEvaluation): EvaluatedPairs {
  const { scope, expander, shared } = evaluation
  const pairs = instruction.pairs.map(({ name, value }) => ({
    name: expander.value(name),
    value: expander.value(value),
  }))
  if (instruction.kind === 'env') for (const { name, value } of pairs) scope.setEnvironment(name, value)
  return { kind: instruction.kind, instruction, ...shared, pairs }
}

function evaluateCopy(instruction: CopyInstruction | AddInstruction, evaluation: StageEvaluation): EvaluatedCopy {
  const { context, expander, shared } = evaluation
  const optional = (source: SourceString | undefined): string | undefined =>
    source === undefined ? undefined : expander.value(source)
  const from = instruction.kind === 'copy' ? instruction.from : undefined
  return {
    kind: instruction.kind,
    instruction,
    ...shared,
    fileSource: from === undefined ? undefined : copySource(from, context),
    chown: optional(instruction.chown),
    chmod: optional(instruction.chmod),
    checksum: instruction.kind === 'add' ? optional(instruction.checksum) : undefined,
    sources: instruction.sources.map((source) => expander.value(source)),
    destination: expander.value(instruction.destination),
    inlineFiles: instruction.inlineFiles.map(({ name, content, expands }) => ({
      name,
      content: expands ? expander.text(content) : content.value,
    })),
  }
}

/** Mounts are read again where variables decide what they mean. */
function evaluateMount(mount: Mount, { context, expander }: StageEvaluation): readonly EvaluatedMount[] {
  const hasVariables = mountValues(mount).some((value) => value.value.includes('$'))
  const report = (found: Parameters<typeof context.report>[0]): void =>
    context.report({ ...found, range: context.place ?? found.range })
  const known = hasVariables ? readMount(mount.flag, (value) => expander.value(value), report) : mount
  if (known === undefined) return []
  const hasSource = known.from !== undefined && known.from !== ''
  return [{ ...known, fileSource: hasSource ? mountSource(known.from, context) : undefined }]
}

/** EXPOSE: BuildKit sorts the words before it looks at them. */
function evaluateExpose(instruction: ExposeInstruction, evaluation: StageEvaluation): EvaluatedExpose {
  const { context, expander, shared } = evaluation
  const sorted = instruction.ports.toSorted((a, b) => (a.value < b.value ? -1 : 1))
  const ports = sorted.flatMap((source) =>
    expander.words(source).flatMap((word) => {
      const range = context.place ?? source.range
      const result = parsePorts(word)
      if (!('problem' in result)) return [{ word, range, ...result }]
      const hint = 'Write it as 8080, 8080/udp or 8000-8010.'
      context.report(problem('bad-port', 'error', range, result.problem, hint))
      return []
    }),
  )
  return { kind: 'expose', instruction, ...shared, ports }
}

function evaluateVolume(instruction: VolumeInstruction, evaluation: StageEvaluation): EvaluatedInstruction {
  const { context, expander, shared } = evaluation
  const paths = instruction.paths.map((source) => {
    const path = expander.value(source)
    if (path === '' && !expander.hasFailed) {
      context.report(problem('missing-argument', 'error', context.place ?? source.range, 'the path is empty'))
    }
    return path
  })
  return { kind: 'volume', instruction, ...shared, paths }
}
