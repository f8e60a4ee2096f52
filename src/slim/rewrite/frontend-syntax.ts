import type { DockerfileDocument } from '../../dockerfile/document.ts'
import type { ReasonedEdit } from './append-parts.ts'

/** The newest frontend of the first version: since 1.4 it knows `COPY --link`. */
const syntaxLine = '# syntax=docker/dockerfile:1'

/** Asks for a frontend that knows what is written, where the file asks for none. */
export function syntaxEdits({ syntax, nodes, newline }: DockerfileDocument): readonly ReasonedEdit[] {
  if (syntax !== undefined) return []
  const [first] = nodes
  const at = first?.kind === 'byte-order-mark' ? first.lines.end : 0
  const edit = { range: { start: at, end: at }, newText: syntaxLine + newline }
  const reason = 'not every frontend knows COPY --link'
  return [{ edit, reasons: [{ line: 0, title: 'ask for a frontend', reason }] }]
}

/** Whether the frontend that the file asks for knows `COPY --link` (docs of BuildKit's Dockerfile frontend, "COPY --link", 1.4). */
export function supportsLink({ syntax }: DockerfileDocument): boolean {
  if (syntax === undefined) return true
  const version = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?::([^@]*))?(?:@.*)?$/.exec(syntax.reference)
  if (version === null) return false
  const [, tag = 'latest'] = version
  const [, major = '', minor] = /^(\d+)(?:\.(\d+))?/.exec(tag) ?? []
  return major === ''
    ? tag === 'latest' || tag === 'labs'
    : Number(major) > 1 || minor === undefined || Number(minor) >= 4
}
