import type { EscapeCharacter } from '../../dockerfile/expand.ts'
import type { CopyPlan, PlannedCopy } from '../copy-plan.ts'
import { wordLines } from './layout.ts'
import { copyArguments } from './quote.ts'
import { gathersFiles, type TrimmedNames } from './trimmed-stage.ts'
import type { WrittenPart } from './written-part.ts'

/** How COPY is written. */
export interface CopyStyle {
  readonly escape: EscapeCharacter
  /** Whether the frontend knows `--link`. */
  readonly hasLink: boolean
}

/** The COPY lines of the final stage. What is gathered comes last: it sets the rights of folders that others only imply. */
export function finalCopies(plan: CopyPlan, names: TrimmedNames, style: CopyStyle): readonly WrittenPart[] {
  const parts = plan.copies.map((copy, index): WrittenPart => {
    const isSame = plan.copies[index - 1]?.reason === copy.reason
    return {
      title: isSame ? undefined : 'copy what is kept',
      comment: isSame ? undefined : copy.reason,
      lines: copyLines(copy, names, style),
    }
  })
  if (!gathersFiles(plan)) return parts
  const gathered = { sources: [`${names.folder}/`], destination: '/', from: names.stage, owner: undefined }
  const title = 'copy links and the like'
  return [...parts, { title, comment: 'Links, folders and small files', lines: write(gathered, style) }]
}

function copyLines(copy: PlannedCopy, names: TrimmedNames, style: CopyStyle): readonly string[] {
  const from = copy.isTrimmed ? names.stage : names.origin
  const { owner } = copy
  if (copy.kind === 'directory') return write({ sources: [copy.path], destination: copy.path, from, owner }, style)
  const [only, ...others] = copy.paths
  const folder = copy.directory === '/' ? '/' : `${copy.directory}/`
  const destination = only !== undefined && others.length === 0 ? only : folder
  return write({ sources: copy.paths, destination, from, owner }, style)
}

function write(
  copy: Pick<PlannedCopy, 'owner'> & {
    readonly sources: readonly string[]
    readonly destination: string
    readonly from: string
  },
  { escape, hasLink }: CopyStyle,
): readonly string[] {
  const owner = copy.owner === undefined ? '' : ` --chown=${copy.owner.uid}:${copy.owner.gid}`
  const begin = `COPY${hasLink ? ' --link' : ''} --from=${copy.from}${owner}`
  const { words, isJson } = copyArguments(copy.sources, copy.destination, escape)
  const sources = words.slice(0, -1)
  const destination = words.at(-1)
  if (!isJson) return wordLines(begin, sources, destination, { escape })
  const elements = sources.map((word, index) => `${index === 0 ? '[' : ''}${word},`)
  return wordLines(begin, elements, `${destination ?? ''}]`, { escape })
}
