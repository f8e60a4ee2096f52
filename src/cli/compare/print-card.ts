import packageJson from '../../../package.json' with { type: 'json' }
import { cardJson, otherMachine, type Card } from '../../compare/card.ts'
import { cardHtml, type CardPage } from '../../compare/card-html.ts'
import { cardMarkdown } from '../../compare/card-markdown.ts'
import { cardText } from '../../compare/card-text.ts'
import { timesHostText } from '../../compare/host-machine.ts'
import { simulationText } from '../../compare/machine.ts'
import { differencesText } from '../../compare/differences-text.ts'
import { printable } from '../../std/printable.ts'
import type { Style } from '../../std/style.ts'
import { wrap } from '../../std/text-width.ts'
import { budgetText } from '../budget.ts'
import type { CommandContext } from '../context.ts'
import { formatJson } from '../format/json.ts'
import type { cardFormats } from './card-formats.ts'

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

function textOf(card: Card, style: Style, columns: number): string {
  const { before, after, measures, machine, host, differences, breaks } = card
  const parts = [cardText(measures, style, columns, { before: before.name, after: after.name })]
  const [measuredOn, other] = [timesHostText(measures, host), otherMachine(card)]
  const paragraph = (text: string, look: (line: string) => string = (line) => line): string =>
    wrap(printable(text), columns)
      .map((line) => `${look(line)}\n`)
      .join('')
  if (machine !== undefined) parts.push(paragraph(simulationText(machine)))
  if (measuredOn !== undefined) parts.push(paragraph(measuredOn, (line) => style.dim(line)))
  if (other !== undefined) parts.push(paragraph(other, (line) => style.yellow(line)))
  if (differences !== undefined) parts.push(differencesText(differences, style, columns))
  if (breaks !== undefined) parts.push(budgetText(breaks, style))
  return parts.join('\n')
}
