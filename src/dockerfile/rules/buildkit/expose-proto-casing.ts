import { quote } from '../../reading/report.ts'
import { fixOf } from '../edits/replace-text.ts'
import { exposedWords, replaceInWord } from '../facts/exposed-words.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: the protocol of a port in lower case. */
export const exposeProtoCasing: Rule = {
  name: 'ExposeProtoCasing',
  category: 'buildkit',
  severity: 'warning',
  summary: 'EXPOSE has a protocol with capital letters',
  check(file, report) {
    for (const exposed of exposedWords(file)) {
      const { word, at, range } = exposed
      const [, protocol = ''] = /\/([^:]*)$/.exec(word) ?? []
      const lower = protocol.toLowerCase()
      if (protocol === lower) continue
      const wanted = word.slice(0, word.length - protocol.length) + lower
      report({
        message: `the protocol of ${quote(word)} has capital letters`,
        ...at(range),
        hint: `Write ${wanted}.`,
        ...fixOf(`write ${wanted}`, 'safe', [replaceInWord(file.document, exposed, wanted)]),
      })
    }
  },
}
