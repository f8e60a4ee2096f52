import type { EvaluatedInstruction } from '../../evaluated.ts'
import { quote } from '../../reading/report.ts'
import type { TextRange } from '../../text-range.ts'
import { checkedSteps } from '../facts/checked-steps.ts'
import { isSecretName } from '../facts/secret-names.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: nothing in ARG or ENV that has the name of a secret. */
export const secretsUsedInArgOrEnv: Rule = {
  name: 'SecretsUsedInArgOrEnv',
  category: 'buildkit',
  severity: 'warning',
  summary: 'ARG or ENV has a name that secrets have',
  check(file, report) {
    for (const { step, at } of checkedSteps(file)) {
      const { evaluated } = step
      for (const { name, range, value } of namesIn(evaluated)) {
        if (!isSecretName(name)) continue
        const isArg = evaluated.kind === 'arg'
        report({
          message: `${isArg ? 'ARG' : 'ENV'} ${quote(name)} looks like a secret`,
          ...at(range),
          ...(step.isOwn && value !== undefined ? { secrets: [value] } : {}),
          cost: isArg
            ? 'Its value stays in the history of the image, where everybody can read it.'
            : 'Its value is a part of the image, and everybody who has the image can read it.',
          hint: isArg ? 'Use RUN --mount=type=secret,id=….' : 'Give it to the container when it starts.',
        })
      }
    }
  },
}

interface NamedPlace {
  readonly name: string
  readonly range: TextRange
  /** Where the value stands. Undefined for an ARG without one. */
  readonly value: TextRange | undefined
}

function namesIn({ kind, instruction, ...rest }: EvaluatedInstruction): readonly NamedPlace[] {
  if (instruction.kind === 'arg')
    return instruction.declarations.map(({ name, value }) => ({
      name: name.value,
      range: name.range,
      value: value?.range,
    }))
  if (kind !== 'env' || instruction.kind !== 'env' || !('pairs' in rest)) return []
  return rest.pairs.map(({ name }, index) => ({
    name,
    range: instruction.pairs[index]?.name.range ?? instruction.range,
    value: instruction.pairs[index]?.value.range,
  }))
}
