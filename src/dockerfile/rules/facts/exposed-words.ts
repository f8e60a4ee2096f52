import type { DockerfileDocument } from '../../document.ts'
import type { TextEdit } from '../../edit.ts'
import type { EvaluatedPorts } from '../../evaluated.ts'
import type { RuleInput } from '../rule.ts'
import { checkedSteps, type CheckedStep } from './checked-steps.ts'

/** A word of an EXPOSE. */
export interface ExposedWord extends CheckedStep, Pick<EvaluatedPorts, 'word' | 'range'> {}

/** What EXPOSE says, word by word, with values for variables. */
export function exposedWords(file: RuleInput): readonly ExposedWord[] {
  return checkedSteps(file).flatMap((checked) => {
    const { evaluated } = checked.step
    return evaluated.kind === 'expose' ? evaluated.ports.map(({ word, range }) => ({ ...checked, word, range })) : []
  })
}

/** Writes another word. Undefined where the word is not written as it is: a variable is in it, or it stands elsewhere. */
export function replaceInWord(
  { text }: DockerfileDocument,
  { step, word, range }: ExposedWord,
  newText: string,
): TextEdit | undefined {
  return step.isOwn && text.slice(range.start, range.end) === word ? { range, newText } : undefined
}
