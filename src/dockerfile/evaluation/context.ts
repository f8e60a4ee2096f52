import type { Diagnostic } from '../diagnostic.ts'
import type { Stage } from '../document.ts'
import type { EvaluatedInstruction, EvaluatedVariable } from '../evaluated.ts'
import {
  expand,
  findExpansionProblem,
  type EscapeCharacter,
  type ExpandOptions,
  type Expansion,
  type ExpansionProblem,
  type VariableLookup,
} from '../expand.ts'
import type { SourceString } from '../source-string.ts'
import type { TextRange } from '../text-range.ts'
import type { WorkBudget } from '../work-budget.ts'
import type { Scope } from './scope.ts'

/** What evaluating an instruction needs to know beside its variables. */
export interface EvaluationContext {
  /** All stages of the document. */
  readonly stages: readonly Stage[]
  /** The stage that the instruction belongs to. */
  readonly stage: Stage
  readonly escape: EscapeCharacter
  readonly buildArguments: ReadonlyMap<string, string>
  readonly globals: Scope
  readonly budget: WorkBudget
  readonly report: (found: Diagnostic) => void
  readonly origin: EvaluatedInstruction['origin']
  /** The place to name instead of others: for text that stands in a base image and not in the file. */
  readonly place: TextRange | undefined
}

/** Expands the strings of one instruction, and remembers the variables in them. */
export interface Expander {
  /** The value of a string; empty where there is none, after saying why. */
  value(source: SourceString): string
  /** The value as words (EXPOSE). */
  words(source: SourceString): readonly string[]
  /** The text of a here-document, in which quotes mean nothing and the backslash escapes. */
  text(source: SourceString): string
  readonly variables: readonly EvaluatedVariable[]
  /** Whether some string had no value. */
  readonly hasFailed: boolean
}

/** What an expander needs of {@link EvaluationContext}. */
export type ExpanderContext = Pick<EvaluationContext, 'escape' | 'budget' | 'report' | 'place'>

/** @param isDeclared Whether ARG names a variable, so that it is known although it has no value. */
export function createExpander(
  lookup: VariableLookup,
  isDeclared: (name: string) => boolean,
  context: ExpanderContext,
): Expander {
  const variables: EvaluatedVariable[] = []
  let hasFailed = false

  function run(source: SourceString, isHeredocText: boolean): Expansion {
    const mode = isHeredocText ? { escape: '\\' as const, quotes: false } : { escape: context.escape }
    const result = expand(source, { ...mode, variables: lookup, budget: context.budget })
    for (const use of result.variables) {
      variables.push({ ...use, range: context.place ?? use.range, isDeclared: isDeclared(use.name) })
    }
    const { problem } = result
    hasFailed ||= problem !== undefined
    if (problem !== undefined && isNew(problem, source, mode)) {
      context.report({ ...problem, range: context.place ?? problem.range, severity: 'error' })
    }
    return result
  }

  /** What is wrong whatever the values are was reported when the file was read; that work has run out, before. */
  function isNew(
    { code }: ExpansionProblem,
    source: SourceString,
    mode: Pick<ExpandOptions, 'escape' | 'quotes'>,
  ): boolean {
    const { budget, place } = context
    if (budget.left < 0) {
      const isFirst = !budget.wasReported
      budget.wasReported = true
      return isFirst
    }
    if (code === 'required-variable') return true
    return place !== undefined || findExpansionProblem(source, mode) === undefined
  }

  return {
    value: (source) => run(source, false).value,
    words: (source) => run(source, false).words,
    text: (source) => run(source, true).value,
    variables,
    get hasFailed() {
      return hasFailed
    },
  }
}

/** An expander for the instructions of a stage. */
export function createStageExpander(scope: Scope, context: EvaluationContext): Expander {
  return createExpander(
    (name) => scope.get(name),
    (name) => scope.isDeclared(name),
    context,
  )
}
