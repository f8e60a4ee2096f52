import type { DockerfileDocument } from '../../document.ts'
import type { KeyValue } from '../../instruction-parts.ts'
import { quote } from '../../reading/report.ts'
import { fixOf } from '../edits/replace-text.ts'
import type { Rule } from '../rule.ts'

/** `ENV A = b` sets A to `= b`. */
export const spaceBeforeEquals: Rule = {
  name: 'SpaceBeforeEquals',
  category: 'mistake',
  severity: 'warning',
  summary: 'a blank before the equals sign makes it a part of the value',
  check({ document }, report) {
    for (const { instructions } of document.stages) {
      for (const instruction of instructions) {
        if (instruction.kind !== 'env' && instruction.kind !== 'label') continue
        const [pair] = instruction.pairs
        if (pair === undefined || pair.hasEqualsSign || !/^=\s*\S/.test(pair.value.value)) continue
        report({
          message: `the value of ${pair.name.value} is ${quote(pair.value.value)}, with the equals sign`,
          range: pair.range,
          cost: 'Without an = directly behind the name, all that follows the blank is the value.',
          hint: `Write ${pair.name.value}=… without blanks.`,
          ...fixFor(document, pair),
        })
      }
    }
  },
}

function fixFor({ text }: DockerfileDocument, { name, value }: KeyValue): ReturnType<typeof fixOf> {
  const written = text.slice(name.range.end, value.range.end)
  const [blanks, rest = ''] = /^[ \t]+=[ \t]*(\S.*)?$/.exec(written) ?? []
  // Several words would be several pairs.
  if (blanks === undefined || !/^(?:[^\s"'\\`]+|"[^"]*"|'[^']*')[ \t]*$/.test(rest)) return {}
  const range = { start: name.range.end, end: value.range.end - rest.length }
  return fixOf('take the blanks away', 'unsafe', [{ range, newText: '=' }])
}
