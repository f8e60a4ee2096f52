import type { BuildContext } from './build-context.ts'
import type { CheckOptions } from './check-options.ts'
import { checkOptionsOf } from './comment-options.ts'
import type { Diagnostic, Severity } from './diagnostic.ts'
import type { DockerfileDocument } from './document.ts'
import { evaluateDockerfile, type EvaluateOptions } from './evaluate.ts'
import { parseDockerfile } from './parse.ts'
import type { TextRange } from './text-range.ts'
import { stageFacts, type StageFacts } from './rules/facts/stage-facts.ts'
import type { Fix, Rule, RuleCategory, RuleInput } from './rules/rule.ts'
import { rules } from './rules/rules.ts'

/** What is wrong with a Dockerfile, or could be better. */
export interface Finding extends Diagnostic {
  /** `reading` for what the reader of the language finds. */
  readonly category: RuleCategory | 'reading'
  /** What it costs or risks, in one sentence. */
  readonly cost?: string
  /** Where secrets stand: whoever shows the text of the file leaves these out. */
  readonly secrets?: readonly TextRange[]
  readonly fix?: Fix
}

/** How a Dockerfile is judged. */
export interface LintOptions extends EvaluateOptions {
  /** What is in the build context. Undefined where nobody knows: then rules that need it find nothing. */
  readonly context?: BuildContext | undefined
  /** How bad findings are, or `off`, by the name of the rule. */
  readonly severities?: ReadonlyMap<string, Severity | 'off'>
  /** Whether rules run that are experimental. */
  readonly experimental?: boolean
}

/** What judging gives. */
export interface LintResult {
  readonly document: DockerfileDocument
  /** In the order of the file. */
  readonly findings: readonly Finding[]
  /** Whether the file asks that findings of BuildKit's checks fail the build: `# check=error=true`. */
  readonly failsBuild: boolean
}

/** What is known of a rule without running it. */
export type RuleDescription = Pick<Rule, 'name' | 'category' | 'severity' | 'summary' | 'isExperimental'>

/** Every rule, in the order of categories and names. */
export const lintRules: readonly RuleDescription[] = rules

/**
 * Judges a Dockerfile: what the reader finds, BuildKit's build checks, and wherry's own rules. `# check=skip=NAME` in the file, above
 * an instruction or at the top, leaves rules out.
 *
 * Pure, never throws whatever the text is, and takes time in proportion to its length.
 */
export function lintDockerfile(text: string, options: LintOptions = {}): LintResult {
  const { document, diagnostics } = parseDockerfile(text)
  const evaluated = evaluateDockerfile(document, options)
  const stages = stageFacts(evaluated)
  const target = stages.find(({ isTarget }) => isTarget)
  const input: RuleInput = { document, evaluated, stages, target, context: options.context }
  const replaced = new Set(rules.flatMap((rule) => rule.replaces ?? []))
  const reading = [...diagnostics, ...evaluated.diagnostics]
    .filter(({ code }) => !replaced.has(code))
    .map((diagnostic): Finding => ({ ...diagnostic, category: 'reading' }))
  const above = commentedInstructions(document)
  const unreadable = unreadableScripts(stages)
  const found = rules.flatMap((rule) => {
    const wanted = options.severities?.get(rule.name)
    if (wanted === 'off' || !mayFind(rule, document, above, options)) return []
    return runRule(rule, input, wanted)
      .filter((finding) => isAskedFor(rule, finding, document, above, options))
      .map((finding) => withoutBlindFix(finding, unreadable))
  })
  const { error } = document.checkOptions
  return {
    document,
    findings: [...reading, ...found].toSorted(byPlace),
    failsBuild: error && found.some(({ category }) => category === 'buildkit'),
  }
}

function runRule(rule: Rule, input: RuleInput, wanted: Severity | undefined): readonly Finding[] {
  const findings: Finding[] = []
  rule.check(input, (found) => {
    const severity = wanted ?? found.severity ?? rule.severity
    findings.push({ ...found, code: rule.name, category: rule.category, severity })
  })
  return findings
}

/** Where scripts stand that no shell can read. */
function unreadableScripts(stages: readonly StageFacts[]): readonly TextRange[] {
  return stages.flatMap(({ steps }) =>
    steps.flatMap((step) =>
      step.isOwn && (step.script()?.problems.length ?? 0) > 0 ? [step.evaluated.instruction.range] : [],
    ),
  )
}

/** Nobody knows what an edit does in a script that no shell can read. */
function withoutBlindFix(finding: Finding, unreadable: readonly TextRange[]): Finding {
  const { fix, ...rest } = finding
  const isBlind = fix?.edits.some(({ range }) =>
    unreadable.some(({ start, end }) => range.start <= end && range.end > start),
  )
  return isBlind === true ? rest : finding
}

/** An instruction whose comments ask something of checks. */
interface CommentedInstruction {
  readonly lines: TextRange
  readonly options: CheckOptions
}

/** In the order of the file. */
function commentedInstructions({ instructions }: DockerfileDocument): readonly CommentedInstruction[] {
  return instructions.flatMap(({ lines, leadingComments }) => {
    const options = checkOptionsOf(leadingComments)
    return options === undefined ? [] : [{ lines, options }]
  })
}

/** Whether a rule can have findings: experimental ones only where somebody asks for them. */
function mayFind(
  { name, isExperimental = false }: Rule,
  { checkOptions }: DockerfileDocument,
  above: readonly CommentedInstruction[],
  { experimental = false }: LintOptions,
): boolean {
  if (!isExperimental || experimental || names(checkOptions.experimental, name)) return true
  return above.some(({ options }) => names(options.experimental, name))
}

/** Whether the file wants a finding of a rule: at its top, or above the instruction that it is in. */
function isAskedFor(
  { name, isExperimental = false }: Rule,
  { range }: Finding,
  { checkOptions }: DockerfileDocument,
  above: readonly CommentedInstruction[],
  { experimental = false }: LintOptions,
): boolean {
  const own = instructionAt(above, range.start)?.options
  if (names(checkOptions.skip, name) || (own !== undefined && names(own.skip, name))) return false
  if (!isExperimental || experimental || names(checkOptions.experimental, name)) return true
  return own !== undefined && names(own.experimental, name)
}

/** Whether a list of checks names one. Case counts, as it does for BuildKit. */
function names(list: readonly string[] | 'all', name: string): boolean {
  return list === 'all' || list.includes(name)
}

/** The instruction that an offset is in, where it is one of these. */
function instructionAt(sorted: readonly CommentedInstruction[], offset: number): CommentedInstruction | undefined {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle]?.lines.start ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  const found = sorted[low - 1]
  return found !== undefined && offset < found.lines.end ? found : undefined
}

function byPlace(a: Finding, b: Finding): number {
  return a.range.start - b.range.start || a.range.end - b.range.end || (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
}
