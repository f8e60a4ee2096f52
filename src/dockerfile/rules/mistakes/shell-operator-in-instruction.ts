import type { DockerfileDocument } from '../../document.ts'
import { instructionNames, type Instruction } from '../../instruction.ts'
import { quote } from '../../reading/report.ts'
import { offsetAt, type SourceString } from '../../source-string.ts'
import { fixOf } from '../edits/replace-text.ts'
import type { Rule } from '../rule.ts'

/** `WORKDIR /app && npm ci`: only RUN has a shell. */
export const shellOperatorInInstruction: Rule = {
  name: 'ShellOperatorInInstruction',
  category: 'mistake',
  severity: 'error',
  summary: 'an instruction that no shell reads has an operator of a shell',
  check({ document }, report) {
    for (const stage of document.stages) {
      for (const instruction of stage.instructions) {
        const source = plainArguments(instruction)
        const found = source === undefined ? undefined : findOperator(source)
        if (source === undefined || found === undefined) continue
        const keyword = instruction.keyword.value.toUpperCase()
        report({
          message: `${quote(found.operator)} is part of what ${keyword} takes: no shell reads it`,
          range: { start: found.start, end: found.end },
          cost: 'All words of the line are paths or names to the builder.',
          hint: 'Write what follows as an instruction of its own, with RUN if it is a command.',
          ...fixFor(document, instruction, source, found),
        })
      }
    }
  },
}

/** The words of instructions that have nothing but paths and names. Others are reported by the reader. */
function plainArguments(instruction: Instruction): SourceString | undefined {
  const { kind, arguments: words, heredocs } = instruction
  if (!['copy', 'add', 'workdir', 'user', 'volume', 'arg'].includes(kind) || heredocs.length > 0) return undefined
  return words.value.startsWith('[') || /["']/.test(words.value) ? undefined : words
}

interface FoundOperator {
  readonly operator: string
  /** In the arguments. */
  readonly index: number
  readonly start: number
  readonly end: number
}

/** An operator that is a word, or a semicolon behind one. */
function findOperator(source: SourceString): FoundOperator | undefined {
  const found = /(?<=\s)(?:&&|\|\||;|\|)(?=\s)|(?<=[\w./-]);(?=\s|$)/.exec(source.value)
  if (found === null) return undefined
  const [operator] = found
  const start = offsetAt(source, found.index)
  return { operator, index: found.index, start, end: start + operator.length }
}

/** What follows becomes an instruction of its own. */
function fixFor(
  { text, newline }: DockerfileDocument,
  { kind, range, lines, keyword }: Instruction,
  { value }: SourceString,
  { index, operator, start, end }: FoundOperator,
): ReturnType<typeof fixOf> {
  const rest = value.slice(index + operator.length).trim()
  if (operator === '||' || operator === '|') return {}
  const restStart = end + (/^[ \t]*/.exec(text.slice(end, range.end))?.[0].length ?? 0)
  if (text.slice(start, range.end).includes('\n') || wordsIn(value.slice(0, index)) < wordsNeeded(kind)) return {}
  const before = text.slice(range.start, start).trimEnd().length
  if (rest === '')
    return fixOf('take it away', 'unsafe', [{ range: { start: range.start + before, end }, newText: '' }])
  const isInstruction = instructionNames.some((name) => new RegExp(`^${name}\\s`).test(rest))
  const isLower = keyword.value === keyword.value.toLowerCase()
  const indentation = /^[ \t]*/.exec(text.slice(lines.start, lines.end))?.[0] ?? ''
  const run = isInstruction ? '' : isLower ? 'run ' : 'RUN '
  return fixOf('write two instructions', 'unsafe', [
    { range: { start: range.start + before, end: restStart }, newText: `${newline}${indentation}${run}` },
  ])
}

function wordsIn(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}

/** A source and a destination, or one path or name. */
function wordsNeeded(kind: Instruction['kind']): number {
  return kind === 'copy' || kind === 'add' ? 2 : 1
}
