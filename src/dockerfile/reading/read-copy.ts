import type { AddInstruction, CopyInstruction, InlineFile, InvalidInstruction } from '../instruction.ts'
import type { InstructionParts } from '../instruction-parts.ts'
import type { SourceString } from '../source-string.ts'
import { splitAtSeparators } from './characters.ts'
import type { FlagValues } from './flags.ts'
import { heredocText, parseHeredocMarker, type HeredocMarker } from './heredocs.ts'
import { readJsonArray } from './json-array.ts'
import { reportAlmostJson, reportOtherElement } from './read-command.ts'
import { problem, type ReadingContext } from './report.ts'

/** COPY and ADD: sources, then a destination, as words or as a JSON array. */
export function readCopy(
  kind: 'copy' | 'add',
  parts: InstructionParts,
  flags: FlagValues,
  context: ReadingContext,
): CopyInstruction | AddInstruction | InvalidInstruction {
  const name = kind === 'copy' ? 'COPY' : 'ADD'
  const invalid: InvalidInstruction = { ...parts, kind: 'invalid', name }
  const paths = readPaths(name, parts, context)
  const destination = paths?.at(-1)
  if (paths === undefined || destination === undefined) return invalid
  if (readMarker(destination) !== undefined) {
    const message = `the destination of ${name} cannot be a here-document`
    context.report(problem('bad-heredoc', 'error', destination.range, message))
    return invalid
  }
  const shared = {
    ...parts,
    ...readSources(paths.slice(0, -1), parts),
    destination,
    chown: flags.text('chown'),
    chmod: flags.text('chmod'),
    link: flags.isOn('link') ?? false,
    excludes: flags.list('exclude').map(({ value }) => value),
  }
  if (kind === 'copy') return { ...shared, kind, from: flags.text('from'), parents: flags.isOn('parents') ?? false }
  return {
    ...shared,
    kind,
    checksum: flags.text('checksum'),
    keepGitDirectory: flags.isOn('keep-git-dir'),
    unpack: flags.isOn('unpack'),
  }
}

/** At least two paths, or undefined after saying why not. */
function readPaths(
  name: string,
  parts: InstructionParts,
  context: ReadingContext,
): readonly SourceString[] | undefined {
  const array = readJsonArray(parts.arguments)
  if (array !== undefined && 'otherElement' in array) return reportOtherElement(array, context)
  if (array === undefined) reportAlmostJson(parts.arguments, context, 'always')
  const paths = array?.elements ?? splitAtSeparators(parts.arguments)
  if (paths.length >= 2) return paths
  const range = paths.length === 0 ? parts.keyword.range : parts.arguments.range
  const message = paths.length === 0 ? `${name} names no files` : `${name} needs a source and a destination`
  context.report(problem('missing-argument', 'error', range, message, `Write ${name} SOURCE DESTINATION.`))
  return undefined
}

/** Separates paths from here-documents. BuildKit finds the text of a here-document by its name, the last of equal ones. */
function readSources(
  words: readonly SourceString[],
  parts: InstructionParts,
): { readonly sources: readonly SourceString[]; readonly inlineFiles: readonly InlineFile[] } {
  const heredocs = new Map(parts.heredocs.map((heredoc) => [heredoc.name, heredoc]))
  const sources: SourceString[] = []
  const inlineFiles: InlineFile[] = []
  for (const word of words) {
    const marker = readMarker(word)
    if (marker === undefined) {
      sources.push(word)
      continue
    }
    const heredoc = heredocs.get(marker.name)
    const content = heredoc === undefined ? { ...word, value: '', jumps: [] } : heredocText({ ...heredoc, ...marker })
    inlineFiles.push({ name: marker.name, content, expands: marker.expands })
  }
  return { sources, inlineFiles }
}

function readMarker(word: SourceString): HeredocMarker | undefined {
  const marker = word.value.includes('<<') ? parseHeredocMarker(word.value, word.range) : undefined
  return marker === 'bad' ? undefined : marker
}
