import type { SourceString } from '../../source-string.ts'
import { rangeWithin } from '../../source-string.ts'
import type { TextRange } from '../../text-range.ts'
import { builtSteps } from '../facts/built-steps.ts'
import { secretsInCommand } from '../facts/command-secrets.ts'
import { isSecretName } from '../facts/secret-names.ts'
import { shapedSecrets } from '../facts/secret-shapes.ts'
import type { Step } from '../facts/stage-facts.ts'
import { secretsInText, type TextSecret } from '../facts/text-secrets.ts'
import { writtenTexts } from '../facts/written-texts.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** Credentials that stand in the file as they are. Their values are never repeated. */
export const literalSecret: Rule = {
  name: 'LiteralSecret',
  category: 'safety',
  severity: 'warning',
  summary: 'a credential stands in the Dockerfile',
  check(file, report) {
    const named = namedPlaces(file)
    const shaped = shapedSecrets(file.document.text).toSorted((a, b) => a.range.start - b.range.start)
    const known = shaped.map(({ range }) => range)
    const others = builtSteps(file).flatMap(({ step }) => secretsOfStep(step))
    const reported = new Set<number>()
    for (const { what, range } of [...shaped, ...others.filter((each) => !overlapsAny(known, each.range))]) {
      if (overlapsAny(named, range) || reported.has(range.start)) continue
      reported.add(range.start)
      report({
        message: `${what} stands in the file`,
        range,
        secrets: [range],
        cost: 'Everybody who has the file, the image or its history can use it.',
        hint: 'Revoke it, and give the new one by RUN --mount=type=secret, or to the container when it starts.',
      })
    }
  },
}

/** The variables that BuildKit's check on names reports, in order. */
function namedPlaces({ document: { instructions } }: RuleInput): readonly TextRange[] {
  return instructions.flatMap((instruction) => {
    if (instruction.kind === 'env') {
      return instruction.pairs.filter(({ name }) => isSecretName(name.value)).map(({ range }) => range)
    }
    if (instruction.kind !== 'arg') return []
    return instruction.declarations.filter(({ name }) => isSecretName(name.value)).map(({ range }) => range)
  })
}

/** Whether a range shares characters with one of some that are in order and do not overlap. */
function overlapsAny(ranges: readonly TextRange[], { start, end }: TextRange): boolean {
  let low = 0
  let high = ranges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ranges[middle]?.start ?? 0) < end) low = middle + 1
    else high = middle
  }
  const before = ranges[low - 1]
  return before !== undefined && before.end > start
}

function secretsOfStep(step: Step): readonly TextSecret[] {
  const { instruction } = step.evaluated
  const commands = step.script()?.commands ?? []
  const written = writtenTexts(step).flatMap(({ text, at }) =>
    secretsInText(text).map(({ what, range }) => ({ what, range: at(range.start, range.end) })),
  )
  return [
    ...commands.flatMap((command) => secretsInCommand(command)),
    ...written,
    ...stringsOf(instruction).flatMap((source) =>
      secretsInText(source.value).map(({ what, range }) => ({
        what,
        range: rangeWithin(source, range.start, range.end),
      })),
    ),
  ]
}

/** The values that an instruction has outside of commands. */
function stringsOf(instruction: Step['evaluated']['instruction']): readonly SourceString[] {
  const { kind } = instruction
  if (kind === 'env' || kind === 'label') return instruction.pairs.map(({ value }) => value)
  if (kind === 'arg') return instruction.declarations.flatMap(({ value }) => value ?? [])
  return kind === 'copy' || kind === 'add' ? instruction.sources : []
}
