import { automaticArguments } from '../../build-arguments.ts'
import { expand } from '../../expand.ts'
import { quote } from '../../reading/report.ts'
import { createWorkBudget } from '../../work-budget.ts'
import { fixOf, replaceText } from '../edits/replace-text.ts'
import { isImageReference } from '../facts/image-reference.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** BuildKit's check: FROM names an image also where the build is given no arguments. */
export const invalidDefaultArgInFrom: Rule = {
  name: 'InvalidDefaultArgInFrom',
  category: 'buildkit',
  severity: 'warning',
  summary: 'without build arguments, FROM does not name an image',
  check(file, report) {
    for (const { stage, value } of basesByDefault(file)) {
      const { base } = stage.from
      if (base.value === '' || isImageReference(value)) continue
      const isConstant = base.value === value
      const lower = value.toLowerCase()
      const meant = isConstant && isImageReference(lower) ? lower : undefined
      report({
        message: isConstant
          ? `${quote(value)} is no name of an image`
          : `without --build-arg, ${base.value} is ${quote(value)}, which is no name of an image`,
        range: base.range,
        hint: isConstant ? 'Names are in lower case: registry/name:tag.' : 'Give the ARG a default value.',
        ...(isConstant ? { severity: 'error' as const } : {}),
        ...(meant === undefined ? {} : fixOf(`write ${meant}`, 'safe', [replaceText(file.document, base, meant)])),
      })
    }
  },
}

/** What FROM names when no ARG before the first FROM is given a value. Ends where BuildKit's check does: at what has no value. */
function basesByDefault({ document, evaluated }: RuleInput): readonly {
  readonly stage: RuleInput['document']['stages'][number]
  readonly value: string
}[] {
  const anywhere = { os: '', architecture: '' }
  const automatic = automaticArguments(anywhere, anywhere, '')
  const scope = new Map([...evaluated.globalArguments].filter(([name]) => automatic.has(name)))
  const { escape } = document
  const options = { escape, budget: createWorkBudget(), variables: (name: string) => scope.get(name) }
  for (const { name, value } of document.globalArguments.flatMap(({ declarations }) => declarations)) {
    if (value === undefined) continue
    const result = expand(value, options)
    if (result.problem !== undefined) return []
    scope.set(name.value, result.value)
  }
  const found = []
  for (const stage of document.stages) {
    const { value, problem } = expand(stage.from.base, options)
    if (problem !== undefined) break
    found.push({ stage, value })
  }
  return found
}
