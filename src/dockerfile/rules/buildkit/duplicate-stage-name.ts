import { quote } from '../../reading/report.ts'
import type { TextRange } from '../../text-range.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: no two stages of one name. */
export const duplicateStageName: Rule = {
  name: 'DuplicateStageName',
  category: 'buildkit',
  severity: 'warning',
  summary: 'two stages have one name',
  check({ document }, report) {
    const firsts = new Map<string, TextRange>()
    for (const { name, from } of document.stages) {
      if (name === undefined || from.name === undefined) continue
      const first = firsts.get(name)
      if (first === undefined) {
        firsts.set(name, from.name.range)
        continue
      }
      report({
        message: `another stage is called ${quote(name)} already`,
        range: from.name.range,
        cost: 'FROM, COPY --from and --target mean the last stage of the name, so the others cannot be reached.',
        hint: 'Give each stage a name of its own.',
        related: [{ message: 'the first stage of this name', range: first }],
      })
    }
  },
}
