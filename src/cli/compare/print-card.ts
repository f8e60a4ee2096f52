import packageJson from '../../../package.json' with { type: 'json' }
import { cardJson, type Card } from '../../compare/card.ts'
import { cardHtml, type CardPage } from '../../compare/card-html.ts'
import { cardMarkdown } from '../../compare/card-markdown.ts'
import { cardText } from '../../compare/card-text.ts'
import { simulationText } from '../../compare/machine.ts'
import { differencesText } from '../../compare/differences-text.ts'
import { printable } from '../../std/printable.ts'
import type { Style } from '../../std/style.ts'
import { wrap } from '../../std/text-width.ts'
import { budgetText } from '../budget.ts'
import type { CommandContext } from '../context.ts'
import { formatJson } from '../format/json.ts'

/** How a card may be printed. */
export const cardFormats = ['text', 'json', 'markdown', 'html'] as const

/** A card in the form that was asked for. */
export async function printCard(
  page: CardPage,
  format: (typeof cardFormats)[number],
  { output, style }: CommandContext,
): Promise<void> {
  const { card } = page
  switch (format) {
    case 'text':
      return await output.write(textOf(card, style, Math.min(output.columns ?? 80, 100)))
    case 'json':
      return await output.write(formatJson(cardJson(card, packageJson.version)))
    case 'markdown':
      return await output.write(cardMarkdown(card))
    case 'html':
      return await output.write(cardHtml(page))
  }
}

function textOf(
  { before, after, measures, machine, differences, breaks }: Card,
  style: Style,
  columns: number,
): string {
  const parts = [cardText(measures, style, columns, { before: before.name, after: after.name })]
  if (machine !== undefined) parts.push(`${wrap(printable(simulationText(machine)), columns).join('\n')}\n`)
  if (differences !== undefined) parts.push(differencesText(differences, style, columns))
  if (breaks !== undefined) parts.push(budgetText(breaks, style))
  return parts.join('\n')
}
