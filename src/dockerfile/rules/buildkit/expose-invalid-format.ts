import { quote } from '../../reading/report.ts'
import { fixOf } from '../edits/replace-text.ts'
import { exposedWords, replaceInWord } from '../facts/exposed-words.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: EXPOSE names ports of the container, and nothing of the host. */
export const exposeInvalidFormat: Rule = {
  name: 'ExposeInvalidFormat',
  category: 'buildkit',
  severity: 'warning',
  summary: 'EXPOSE names an address or a port of the host',
  check(file, report) {
    for (const exposed of exposedWords(file)) {
      const { word, at, range } = exposed
      const colon = word.lastIndexOf(':')
      if (!/[^:]/.test(word.slice(0, Math.max(0, colon)))) continue
      const port = word.slice(colon + 1)
      report({
        message: `${quote(word)} names more than a port of the container`,
        ...at(range),
        cost: 'What stands before the last colon has no effect, and BuildKit will refuse it one day.',
        hint: `Write ${port}; docker run --publish maps ports.`,
        ...fixOf(`write ${port}`, 'safe', [replaceInWord(file.document, exposed, port)]),
      })
    }
  },
}
