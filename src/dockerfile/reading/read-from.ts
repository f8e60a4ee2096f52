import type { FromInstruction } from '../instruction.ts'
import type { InstructionParts } from '../instruction-parts.ts'
import type { SourceString } from '../source-string.ts'
import { splitAtSeparators } from './characters.ts'
import type { FlagValues } from './flags.ts'
import { problem, quote, type ReadingContext } from './report.ts'

/** What a stage may be called, in lower case. */
const stageNamePattern = /^[a-z][a-z0-9-_.]*$/

/** FROM begins a stage even where something is wrong with it: otherwise everything behind it would be out of place. */
export function readFrom(parts: InstructionParts, flags: FlagValues, { report }: ReadingContext): FromInstruction {
  const [base = parts.arguments, as, name, ...rest] = splitAtSeparators(parts.arguments)
  const hasAs = as !== undefined && as.value.toLowerCase() === 'as' && name !== undefined
  if (base.value === '') {
    const hint = 'Name an image, a stage above, or scratch.'
    report(problem('missing-argument', 'error', parts.keyword.range, 'FROM has no base image', hint))
  } else if (as !== undefined && (!hasAs || rest.length > 0)) {
    const first = hasAs ? (rest[0] ?? as) : as
    const range = { start: first.range.start, end: parts.arguments.range.end }
    const message = hasAs ? 'nothing can follow the name of a stage' : 'what follows the base image is not "AS name"'
    report(problem('too-many-arguments', 'error', range, message))
  }
  return {
    ...parts,
    kind: 'from',
    base,
    platform: flags.text('platform'),
    as: hasAs ? as : undefined,
    name: hasAs ? name : undefined,
    stageName: hasAs ? readStageName(name, report) : undefined,
  }
}

function readStageName(name: SourceString, report: ReadingContext['report']): string | undefined {
  const lower = name.value.toLowerCase()
  if (stageNamePattern.test(lower)) return lower
  const hint = 'A name begins with a letter and goes on with letters, digits, "-", "_" and ".".'
  report(problem('bad-stage-name', 'error', name.range, `a stage cannot be called ${quote(name.value)}`, hint))
  return undefined
}
