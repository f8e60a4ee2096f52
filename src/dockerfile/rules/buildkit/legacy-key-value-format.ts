import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { EnvInstruction, LabelInstruction } from '../../instruction.ts'
import type { KeyValue } from '../../instruction-parts.ts'
import { splitWords } from '../../reading/words.ts'
import { sourceString } from '../../source-string.ts'
import { fixOf } from '../edits/replace-text.ts'
import { checkedSteps } from '../facts/checked-steps.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: ENV and LABEL with equals signs. */
export const legacyKeyValueFormat: Rule = {
  name: 'LegacyKeyValueFormat',
  category: 'buildkit',
  severity: 'warning',
  summary: 'ENV or LABEL is in the old form, without an equals sign',
  check(file, report) {
    for (const { step, at } of checkedSteps(file)) {
      const { instruction } = step.evaluated
      if (instruction.kind !== 'env' && instruction.kind !== 'label') continue
      for (const pair of instruction.pairs) {
        if (pair.hasEqualsSign) continue
        const { value } = instruction.keyword
        report({
          message: `${value} has no equals sign between name and value`,
          ...at(pair.name.range),
          cost: 'All that follows counts as one value, whatever it looks like.',
          hint: `Write ${value} ${pair.name.value}=….`,
          ...(step.isOwn ? fixOf('write an equals sign', 'safe', equalsSign(file.document, instruction, pair)) : {}),
        })
      }
    }
  },
}

/** The edits, or one that cannot be made where the value would become another. */
function equalsSign(
  document: DockerfileDocument,
  { innerComments }: EnvInstruction | LabelInstruction,
  { name, value }: KeyValue,
): readonly (TextEdit | undefined)[] {
  const { escape } = document
  const between = { start: name.range.end, end: value.range.start }
  const hasComment = innerComments.some(({ range }) => range.start >= between.start && range.start < between.end)
  if (hasComment) return [undefined]
  const written = `${name.value}=${value.value}`
  const isOneWord = (text: string): boolean => {
    const [word, ...others] = splitWords(sourceString(text, 0, text.length), escape)
    return word?.value === text && others.length === 0
  }
  if (isOneWord(written)) return [{ range: between, newText: '=' }]
  // The old form takes a name with blanks that are not plain ones, the new form does not.
  if (/["'\\`]/.test(value.value) || !isOneWord(name.value)) return [undefined]
  const { end } = value.range
  return [
    { range: between, newText: '="' },
    { range: { start: end, end }, newText: '"' },
  ]
}
