import { quote } from '../../reading/report.ts'
import { fixOf, replaceText } from '../edits/replace-text.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: stages are written in lower case. */
export const stageNameCasing: Rule = {
  name: 'StageNameCasing',
  category: 'buildkit',
  severity: 'warning',
  summary: 'the name of a stage has capital letters',
  check({ document }, report) {
    for (const { from } of document.stages) {
      const { name } = from
      const lower = name?.value.toLowerCase()
      if (name === undefined || lower === undefined || name.value === lower) continue
      report({
        message: `the name of the stage ${quote(name.value)} has capital letters`,
        range: name.range,
        cost: 'BuildKit keeps the name in lower case, and FROM finds it only in lower case.',
        hint: `Call it ${lower}.`,
        ...fixOf('write the name in lower case', 'safe', [replaceText(document, name, lower)]),
      })
    }
  },
}
