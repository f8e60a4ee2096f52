import type { Card, CardImage } from './card.ts'
import { differenceOf } from './difference.ts'
import type { Measure } from './measure.ts'
import { markdownText } from './wording/markdown-text.ts'
import { differenceText, valueText } from './wording/value-text.ts'

/** The card as Markdown, as forges show it in pull requests: a table, and below, folded up, the notes and how each row was measured. */
export function cardMarkdown({ before, after, measures }: Card): string {
  const table = ['| | before | after | |', '| --- | ---: | ---: | --- |', ...measures.map(tableRow)]
  const noted = measures.filter(({ note }) => note !== undefined && note !== '')
  const notes = noted.map(({ name, note = '' }) => `- **${markdownText(name)}**: ${markdownText(note)}`)
  const methods = measures.map(({ name, method }) => `- **${markdownText(name)}**: ${markdownText(method)}`)
  return [
    `**${markdownText(before.name)}** → **${markdownText(after.name)}**`,
    table.join('\n'),
    ...(notes.length === 0 ? [] : [details('Notes', notes)]),
    details('How it was measured', [...methods, ...digests(before, after)]),
  ]
    .join('\n\n')
    .concat('\n')
}

function tableRow({ name, unit, before, after, better }: Measure): string {
  const difference = differenceOf({ before, after, better })
  const words = markdownText(differenceText(difference, unit))
  const isMarked = 'isBetter' in difference && difference.isBetter !== undefined
  const shown = isMarked ? (difference.isBetter ? `**${words}**` : `${words} ⚠`) : words
  return `| ${markdownText(name)} | ${markdownText(valueText(before, unit))} | ${markdownText(valueText(after, unit))} | ${shown} |`
}

/** GitHub and GitLab read Markdown inside of `<details>` after an empty line only. */
function details(title: string, lines: readonly string[]): string {
  return `<details>\n<summary>${title}</summary>\n\n${lines.join('\n')}\n\n</details>`
}

function digests(before: CardImage, after: CardImage): readonly string[] {
  const line = (side: string, { digest }: CardImage): readonly string[] =>
    digest === undefined ? [] : [`- **${side}**: \`${digest}\``]
  return [...line('before', before), ...line('after', after)]
}
