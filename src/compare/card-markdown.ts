import type { BudgetBreak } from './budget.ts'
import { otherMachine, type Card, type CardImage } from './card.ts'
import { differenceOf } from './difference.ts'
import { differencesMarkdown } from './differences-markdown.ts'
import { timesHostText } from './host-machine.ts'
import { simulationText } from './machine.ts'
import type { Measure } from './measure.ts'
import { markdownDetails, markdownTable } from './wording/markdown-parts.ts'
import { markdownText } from './wording/markdown-text.ts'
import { differenceText, valueText } from './wording/value-text.ts'

/**
 * The card as Markdown, as forges show it in pull requests: what a budget does not allow, a table, and below, folded up, what is different, the
 * notes and how each row was measured. The same card is always the same text.
 */
export function cardMarkdown(card: Card): string {
  const { before, after, measures, machine, host, differences, breaks } = card
  const other = otherMachine(card)
  const measuredOn = timesHostText(measures, host)
  const noted = measures.filter(({ note }) => note !== undefined && note !== '')
  const notes = noted.map(({ name, note = '' }) => `- **${markdownText(name)}**: ${markdownText(note)}`)
  const methods = measures.map(({ name, method }) => `- **${markdownText(name)}**: ${markdownText(method)}`)
  return [
    `**${markdownText(before.name)}** → **${markdownText(after.name)}**`,
    ...(breaks === undefined ? [] : [breaksMarkdown(breaks)]),
    ...(other === undefined ? [] : [`⚠ ${markdownText(other)}`]),
    markdownTable(['', 'before', 'after', ''], ['---', '---:', '---:', '---'], measures.map(tableRow)),
    ...(machine === undefined ? [] : [markdownText(simulationText(machine))]),
    ...(differences === undefined ? [] : differencesMarkdown(differences)),
    ...(notes.length === 0 ? [] : [markdownDetails('Notes', notes.join('\n'))]),
    markdownDetails(
      'How it was measured',
      [
        ...methods,
        ...(measuredOn === undefined ? [] : [`- ${markdownText(measuredOn)}`]),
        ...digests(before, after),
      ].join('\n'),
    ),
  ]
    .join('\n\n')
    .concat('\n')
}

function breaksMarkdown(breaks: readonly BudgetBreak[]): string {
  if (breaks.length === 0) return '✅ The budget is kept.'
  const rows = breaks.map((each) => [each.limit, each.name, each.reason].map(markdownText))
  return `❌ **The budget is not kept:**\n\n${markdownTable(['limit', 'row', ''], ['---', '---', '---'], rows)}`
}

function tableRow({ name, unit, before, after, better }: Measure): readonly string[] {
  const difference = differenceOf({ before, after, better })
  const words = markdownText(differenceText(difference, unit))
  const isMarked = 'isBetter' in difference && difference.isBetter !== undefined
  const shown = isMarked ? (difference.isBetter ? `**${words}**` : `${words} ⚠`) : words
  return [...[name, valueText(before, unit), valueText(after, unit)].map(markdownText), shown]
}

function digests(before: CardImage, after: CardImage): readonly string[] {
  const line = (side: string, { digest }: CardImage): readonly string[] =>
    digest === undefined ? [] : [`- **${side}**: \`${digest}\``]
  return [...line('before', before), ...line('after', after)]
}
