import { fixOf, replaceText } from '../edits/replace-text.ts'
import { quote } from '../../reading/report.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: AS is written as FROM is. */
export const fromAsCasing: Rule = {
  name: 'FromAsCasing',
  category: 'buildkit',
  severity: 'warning',
  summary: 'FROM and AS differ in case',
  check({ document }, report) {
    for (const { from } of document.stages) {
      const { as, keyword } = from
      if (as === undefined) continue
      const isLower = keyword.value === keyword.value.toLowerCase()
      // What is neither is for ConsistentInstructionCasing.
      if (!isLower && keyword.value !== keyword.value.toUpperCase()) continue
      const wanted = isLower ? as.value.toLowerCase() : as.value.toUpperCase()
      if (as.value === wanted) continue
      report({
        message: `${quote(as.value)} and ${quote(keyword.value)} differ in case`,
        range: as.range,
        hint: `Write ${wanted}.`,
        ...fixOf(`write ${wanted}`, 'safe', [replaceText(document, as, wanted)]),
      })
    }
  },
}
