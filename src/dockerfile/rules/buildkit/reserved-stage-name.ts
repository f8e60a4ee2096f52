import { quote } from '../../reading/report.ts'
import type { Rule } from '../rule.ts'

const reservedNames: ReadonlyMap<string, string> = new Map([
  ['scratch', 'FROM scratch means this stage from here on, and not the empty image.'],
  ['context', 'The word stands for the build context.'],
])

/** BuildKit's check: no stage with a name that means something else. */
export const reservedStageName: Rule = {
  name: 'ReservedStageName',
  category: 'buildkit',
  severity: 'warning',
  summary: 'the name of a stage is reserved',
  check({ document }, report) {
    for (const { name, from } of document.stages) {
      const cost = reservedNames.get(name ?? '')
      if (name === undefined || cost === undefined || from.name === undefined) continue
      report({
        message: `the name ${quote(name)} is reserved`,
        range: from.name.range,
        cost,
        hint: 'Choose another name.',
      })
    }
  },
}
