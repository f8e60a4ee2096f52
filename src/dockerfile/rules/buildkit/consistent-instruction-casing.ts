import type { SourceString } from '../../source-string.ts'
import { fixOf, replaceText } from '../edits/replace-text.ts'
import { quote } from '../../reading/report.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** BuildKit's check: the names of all instructions in capital letters, or all in small ones. */
export const consistentInstructionCasing: Rule = {
  name: 'ConsistentInstructionCasing',
  category: 'buildkit',
  severity: 'warning',
  summary: 'instructions differ in case',
  check(file, report) {
    const { document } = file
    const keywords = keywordsOf(file)
    const lowerCount = keywords.filter(({ value }) => value === value.toLowerCase()).length
    const upperCount = keywords.filter(({ value }) => value === value.toUpperCase()).length
    const isLower = lowerCount > upperCount
    for (const keyword of keywords) {
      const wanted = isLower ? keyword.value.toLowerCase() : keyword.value.toUpperCase()
      if (keyword.value === wanted) continue
      report({
        message: `${quote(keyword.value)} is not in ${isLower ? 'lower' : 'upper'} case as most instructions are`,
        range: keyword.range,
        hint: `Write ${wanted}.`,
        ...fixOf(`write ${wanted}`, 'safe', [replaceText(document, keyword, wanted)]),
      })
    }
  },
}

/** BuildKit looks at what stands in stages: not at ARG before the first FROM, and not at triggers. */
function keywordsOf({ document }: RuleInput): readonly SourceString[] {
  return document.stages.flatMap(({ from, instructions }) => [
    from.keyword,
    ...instructions.filter((each) => each.kind !== 'invalid' || each.name !== undefined).map(({ keyword }) => keyword),
  ])
}
