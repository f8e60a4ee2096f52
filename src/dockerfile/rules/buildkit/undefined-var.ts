import { steeringArguments } from '../../build-arguments.ts'
import { insertLinesBefore } from '../../edit.ts'
import type { EvaluatedVariable } from '../../evaluated.ts'
import type { Heredoc } from '../../instruction-parts.ts'
import { renameVariable } from '../edits/rename-variable.ts'
import { fixOf } from '../edits/replace-text.ts'
import { checkedSteps, type CheckedStep } from '../facts/checked-steps.ts'
import { nearNames, type NearNames } from '../facts/near-names.ts'
import type { FoundProblem, Rule, RuleInput } from '../rule.ts'

/** BuildKit's check: variables are defined before they are used. */
export const undefinedVar: Rule = {
  name: 'UndefinedVar',
  category: 'buildkit',
  severity: 'warning',
  summary: 'an instruction uses a variable that nothing defines',
  check(file, report) {
    const names = namesOf(file)
    for (const checked of checkedSteps(file)) {
      const { evaluated, isOwn } = checked.step
      // BuildKit does not look at EXPOSE.
      if (evaluated.kind === 'expose') continue
      const reported = new Set<string>()
      const texts = new Set<Heredoc>()
      for (const use of evaluated.variables) {
        if (!isUndefined(use)) continue
        const text = isOwn ? foreignText(checked.step, use, names) : undefined
        if (text !== undefined) {
          if (!texts.has(text)) report(describeText(file, checked.step, use, text))
          texts.add(text)
          continue
        }
        if (!isCertain(checked, use, names)) continue
        if (!isOwn && reported.has(use.name)) continue
        reported.add(use.name)
        report(describe(file, checked, use, names))
      }
    }
  },
}

interface Names {
  /** The ARGs before the first FROM, and the automatic ones: a stage sees them only if it declares them. */
  readonly globals: ReadonlySet<string>
  /** Every name that some ARG or ENV of the file has. */
  readonly all: ReadonlySet<string>
  readonly near: NearNames
}

function namesOf({ document, evaluated }: RuleInput): Names {
  const declared = document.globalArguments.flatMap(({ declarations }) => declarations.map(({ name }) => name.value))
  const globals = new Set([...evaluated.globalArguments.keys(), ...declared])
  const all = new Set([...globals, 'PATH'])
  for (const { instructions, baseImage } of evaluated.stages) {
    for (const name of baseImage?.environment.keys() ?? []) all.add(name)
    for (const each of instructions) {
      const settings = each.kind === 'env' ? each.pairs : each.kind === 'arg' ? each.declarations : []
      for (const { name } of settings) all.add(name)
    }
  }
  return { globals, all, near: nearNames(all) }
}

function isUndefined({ name, isSet, isDeclared }: EvaluatedVariable): boolean {
  return !isSet && !isDeclared && !steeringArguments.has(name)
}

/** An image that nobody knows may define anything; a name of the file, or almost one, is a mistake all the same. */
function isCertain({ stage, step }: CheckedStep, use: EvaluatedVariable, { all, near }: Names): boolean {
  if (stage.evaluated.isEnvironmentKnown) return true
  return !addsToItself(step, use) && (all.has(use.name) || near.find(use.name) !== undefined)
}

/**
 * The here-document with a variable that is another program's: `$uri` of nginx, `$host`. Variables of images have capital letters,
 * but for those of proxies.
 */
function foreignText(
  { evaluated: { instruction } }: CheckedStep['step'],
  { name, range }: EvaluatedVariable,
  { all, near }: Names,
): Heredoc | undefined {
  if (!/^[a-z][a-z0-9_]*$/.test(name) || name.endsWith('_proxy') || all.has(name)) return undefined
  if (near.find(name) !== undefined) return undefined
  return instruction.heredocs.find(
    ({ content }) => range.start >= content.range.start && range.end <= content.range.end,
  )
}

function describeText(
  { document }: RuleInput,
  { evaluated }: CheckedStep['step'],
  { name, range }: EvaluatedVariable,
  { marker, name: word, content }: Heredoc,
): FoundProblem {
  const written = document.text.slice(marker.start, marker.end)
  const quoted = written.replace(word, () => `'${word}'`)
  const isMixed = evaluated.variables.some(
    (use) => use.isSet && use.range.start >= content.range.start && use.range.end <= content.range.end,
  )
  return {
    message: `nothing defines the variable $${name} here`,
    range,
    cost: 'The builder replaces the variables of this text before it is written, and this one is empty.',
    hint: isMixed
      ? `Write \\$${name} where the text is to have the variable itself.`
      : `Write ${quoted}, and the text stays as it is.`,
    ...(isMixed ? {} : fixOf(`write ${quoted}`, 'unsafe', [{ range: marker, newText: quoted }])),
  }
}

/** `ENV LD_LIBRARY_PATH=/opt/lib:$LD_LIBRARY_PATH` means what the base image has. */
function addsToItself(
  { evaluated: { instruction } }: CheckedStep['step'],
  { name, range }: EvaluatedVariable,
): boolean {
  if (instruction.kind !== 'env') return false
  return instruction.pairs.some(
    (pair) => pair.name.value === name && range.start >= pair.value.range.start && range.end <= pair.value.range.end,
  )
}

function describe(
  { document }: RuleInput,
  { step, at }: CheckedStep,
  use: EvaluatedVariable,
  { globals, near }: Names,
): FoundProblem {
  const { name, range } = use
  const { instruction } = step.evaluated
  const found = { message: `nothing defines the variable $${name} here`, ...at(range), cost: 'It is empty.' }
  if (globals.has(name)) {
    const fix = step.isOwn
      ? fixOf(`declare it with ARG ${name}`, 'unsafe', [insertLinesBefore(document, instruction, [`ARG ${name}`])])
      : {}
    return { ...found, hint: `Write ARG ${name} in this stage: only FROM sees the ARGs outside of stages.`, ...fix }
  }
  const meant = near.find(name)
  if (meant === undefined) return { ...found, hint: `Define it above with ARG ${name} or ENV ${name}=….` }
  const fix = step.isOwn ? fixOf(`write ${meant}`, 'unsafe', [renameVariable(document, use, meant)]) : {}
  return { ...found, hint: `Did you mean $${meant}?`, ...fix }
}
