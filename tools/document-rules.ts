import { posix } from 'node:path'
import { lineAt, type Problem, type SourceTree } from './source-tree.ts'

/** The parts of every decision record, in this order. */
export const decisionSections: readonly string[] = ['Choice', 'Why', 'What else', 'What would change our mind']

/** Links in documents that lead to no file or folder of the repository. Links to the web are not followed. */
export function checkLinks(tree: SourceTree): readonly Problem[] {
  const problems: Problem[] = []
  for (const [path, text] of tree) {
    if (!path.endsWith('.md')) continue
    for (const { 1: target = '', index } of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      const [file = ''] = target.split('#')
      if (/^[a-z]+:/.test(target) || file === '' || leadsSomewhere(tree, posix.join(posix.dirname(path), file)))
        continue
      problems.push({ path, line: lineAt(text, index), message: `links to ${target}, which does not exist` })
    }
  }
  return problems
}

function leadsSomewhere(tree: SourceTree, path: string): boolean {
  return tree.has(path) || tree.keys().some((each) => each.startsWith(path.endsWith('/') ? path : `${path}/`))
}

/** Code keeps its length, so that offsets stay true, but loses what looks like a link. */
function withoutCode(markdown: string): string {
  return markdown.replaceAll(/^```[^]*?^```|`[^`\n]*`/gm, (code) => code.replaceAll(/[^\n]/g, ' '))
}

/** Decision records are numbered from 0001 without gaps, and all have the same parts. */
export function checkDecisions(tree: SourceTree): readonly Problem[] {
  const problems: Problem[] = []
  const records = [...tree].filter(([path]) => path.startsWith('docs/decisions/'))
  for (const [index, [path, text]] of records.toSorted(([a], [b]) => (a < b ? -1 : 1)).entries()) {
    const add = (message: string): number => problems.push({ path, line: 1, message })
    const number = String(index + 1).padStart(4, '0')
    if (!new RegExp(`^docs/decisions/${number}-[a-z0-9-]+\\.md$`).test(path)) add(`is not named ${number}-title.md`)
    if (!new RegExp(`^# ${number}: \\S`).test(text)) add(`does not begin with "# ${number}: "`)
    const sections = [...text.matchAll(/^## (.*)$/gm)].map(([, title]) => title)
    if (sections.join('\n') !== decisionSections.join('\n')) add(`has not the parts ${decisionSections.join(', ')}`)
  }
  return problems
}

/** A command that a document tells its reader to run. */
export interface NamedCommand {
  readonly program: 'npm run' | 'wherry'
  /** The script's or the verb's name. */
  readonly name: string
  readonly line: number
}

/** Every `npm run NAME`, `npm test` and `wherry VERB` in the code of a document. */
export function namedCommands(markdown: string): readonly NamedCommand[] {
  const found: NamedCommand[] = []
  for (const code of markdown.matchAll(/^```sh\n[^]*?^```|`[^`\n]+`/gm)) {
    for (const match of code[0].matchAll(/\b(npm run|npm(?= test)|(?<![\w/.$-])wherry) ([a-z]+)\b/g)) {
      const program = match[1] === 'wherry' ? 'wherry' : 'npm run'
      found.push({ program, name: match[2] ?? '', line: lineAt(markdown, code.index + match.index) })
    }
  }
  return found
}
