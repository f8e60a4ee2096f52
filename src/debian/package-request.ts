import type { VersionConstraint, RelationDiagnostic } from './dependency.ts'
import { parseRelations } from './dependency.ts'
import { architecturePattern, namePattern, type RelationProblem } from './relations/mistakes.ts'
import { versionProblem } from './version.ts'

/** A package that somebody asks for by name. */
export interface PackageRequest {
  /** The text that it was read from: what messages call it. */
  readonly text: string
  readonly name: string
  /** Of another architecture than the one that is resolved for. */
  readonly architecture: string | undefined
  readonly constraint: VersionConstraint | undefined
  /** A version with `*` for any text, such as `18.*`. */
  readonly versionPattern: string | undefined
  /** Only from sources of this name: a suite, a code name, or a label that a source was given. */
  readonly suite: string | undefined
}

/** A request, or what is wrong with its text. */
export type ParsedRequest =
  | { readonly request: PackageRequest; readonly problem?: undefined }
  | { readonly request?: undefined; readonly problem: RelationDiagnostic }

const aptPattern = new RegExp(`^(${namePattern})(?::(${architecturePattern}))?(?:=(\\S+)|/(\\S+))$`)

/**
 * Reads what people write for a package: a name, `nodejs (>= 18)` as in Debian's relation fields, or as for apt-get
 * `nodejs=18.19.0+dfsg-6`, `nodejs=18.*`, `nodejs/bookworm-backports`; with `:arm64` behind the name for another
 * architecture. Ranges are offsets in `text`.
 */
export function parsePackageRequest(text: string): ParsedRequest {
  const start = text.length - text.trimStart().length
  const written = text.trim()
  const range = { start, end: start + written.length }
  const refuse = (code: RelationProblem, message: string, hint?: string): ParsedRequest => ({
    problem: { code, severity: 'error', message, range, ...(hint === undefined ? {} : { hint }) },
  })
  if (written === '') return refuse('bad-package-name', 'the name of a package is missing')

  const apt = aptPattern.exec(written)
  if (apt !== null) {
    const [, name = '', architecture, version, suite] = apt
    const request = { text: written, name, architecture, suite, constraint: undefined, versionPattern: undefined }
    if (version === undefined) return { request }
    if (version.includes('*')) return { request: { ...request, versionPattern: version } }
    const reason = versionProblem(version)
    if (reason !== undefined) return refuse('bad-version', `'${version}' is no version: ${reason}`)
    return { request: { ...request, constraint: { relation: '=', version } } }
  }

  const { groups, problems } = parseRelations(text)
  const problem = problems[0]
  if (problem !== undefined) return { problem }
  const relation = groups[0]?.[0]
  if (relation === undefined || groups.length > 1 || groups[0]?.length !== 1) {
    return refuse('unexpected-text', 'this is more than one package', 'Write each package by itself.')
  }
  if (relation.architectures.length > 0 || relation.profiles.length > 0) {
    return refuse('unexpected-text', 'a request has no restrictions in [ ] or < >')
  }
  const { name, qualifier: architecture, constraint } = relation
  return { request: { text: written, name, architecture, constraint, versionPattern: undefined, suite: undefined } }
}
