import type { Diagnostic } from '../dockerfile/diagnostic.ts'
import type { TextRange } from '../dockerfile/text-range.ts'
import { architecturePattern, explainRelation, namePattern, type RelationProblem } from './relations/mistakes.ts'
import { compareVersions, versionProblem } from './version.ts'

/** How a version must compare with another one (Debian Policy 7.1). */
export type VersionRelation = '<<' | '<=' | '=' | '>=' | '>>'

/** A bound on a version. */
export interface VersionConstraint {
  readonly relation: VersionRelation
  readonly version: string
}

/** A name in `[…]` or `<…>` behind a relation; `!` in front of it negates it. */
export interface Restriction {
  readonly name: string
  readonly isNegated: boolean
}

/** One package that a relation field names, such as `python3:any (>= 3.9~) [amd64] <!nocheck>` (Debian Policy 7.1). */
export interface PackageRelation {
  readonly name: string
  /** What follows a colon: `any`, `native` or an architecture. */
  readonly qualifier: string | undefined
  readonly constraint: VersionConstraint | undefined
  /** The architectures that the relation is for; all when empty. */
  readonly architectures: readonly Restriction[]
  /** The build profiles that it is for: any of these lists, all of whose terms hold; always when empty. */
  readonly profiles: readonly (readonly Restriction[])[]
  /** Where it stands in the field's text. */
  readonly range: TextRange
}

/** Relations of which one is enough, in the order that they are written in: the first is preferred. */
export type Alternatives = readonly PackageRelation[]

/** A problem in the text of a relation or of a request. */
export type RelationDiagnostic = Diagnostic & { readonly code: RelationProblem }

/** What a relation field says, and what is wrong with the rest of it. */
export interface RelationField {
  readonly groups: readonly Alternatives[]
  readonly problems: readonly RelationDiagnostic[]
}

const relationPattern = new RegExp(
  `(${namePattern})(?::(${architecturePattern}))?` +
    String.raw`\s*(?:\(\s*(<<|<=|=|>=|>>|<|>)\s*([^\s(),|<>=]+)\s*\))?` +
    String.raw`\s*(?:\[([^\][(),|]*)\])?\s*((?:<[^<>(),|]*>\s*)*)`,
  'y',
)

/**
 * Reads a relation field: Depends, Pre-Depends, Recommends, Provides, Conflicts, Breaks, Replaces and their kin (Debian
 * Policy 7). Groups between commas, alternatives between bars. What is wrong is left out. Takes time in proportion to the
 * text.
 */
export function parseRelations(text: string): RelationField {
  const groups: Alternatives[] = []
  const problems: RelationDiagnostic[] = []
  let group: PackageRelation[] = []
  let at = 0
  while (at <= text.length) {
    const { relation, end, found } = readRelation(text, skipSpace(text, at))
    problems.push(...found)
    if (relation !== undefined) group.push(relation)
    const isAlternative = text[end] === '|'
    const isEmpty = relation === undefined && found.length === 0
    if (isEmpty && (isAlternative || text[at - 1] === '|')) {
      problems.push(problem('empty-alternative', "a package is missing beside the '|'", at, Math.max(end, at)))
    }
    if (!isAlternative) {
      if (group.length > 0) groups.push(group)
      group = []
    }
    at = end + 1
  }
  return { groups, problems }
}

interface ReadRelation {
  readonly relation: PackageRelation | undefined
  /** The offset of the comma or bar behind it, or of the end of the text. */
  readonly end: number
  readonly found: readonly RelationDiagnostic[]
}

function readRelation(text: string, start: number): ReadRelation {
  relationPattern.lastIndex = start
  const match = relationPattern.exec(text)
  const matchEnd = match === null ? start : start + match[0].length
  const isWhole = matchEnd === text.length || text[matchEnd] === ',' || text[matchEnd] === '|'
  if (match === null || !isWhole) {
    const end = findSeparator(text, start)
    const part = text.slice(start, end).trimEnd()
    return { relation: undefined, end, found: part === '' ? [] : [explain(part, start)] }
  }
  const [whole, name = '', qualifier, operator, version = '', architectures, profiles] = match
  const range = { start, end: start + whole.trimEnd().length }
  const found: RelationDiagnostic[] = []
  const reason = operator === undefined ? undefined : versionProblem(version)
  if (reason !== undefined) {
    const versionStart = text.indexOf(version, text.indexOf('(', start))
    found.push(
      problem('bad-version', `'${version}' is no version: ${reason}`, versionStart, versionStart + version.length),
    )
  }
  const constraint = operator === undefined ? undefined : { relation: relationOf(operator), version }
  const restrictions = { architectures: restrictionsOf(architectures), profiles: profilesOf(profiles) }
  const relation = reason === undefined ? { name, qualifier, constraint, ...restrictions, range } : undefined
  return { relation, end: matchEnd, found }
}

/** `<` and `>` are old and mean what dpkg takes them for: equal is enough. */
function relationOf(operator: string): VersionRelation {
  if (operator === '<<' || operator === '>>' || operator === '=') return operator
  return operator.startsWith('<') ? '<=' : '>='
}

function restrictionsOf(text: string | undefined): readonly Restriction[] {
  const words = text?.split(/\s+/).filter((word) => word !== '') ?? []
  return words.map((word) => ({ name: word.replace(/^!/, ''), isNegated: word.startsWith('!') }))
}

function profilesOf(text: string | undefined): readonly (readonly Restriction[])[] {
  return [...(text ?? '').matchAll(/<([^>]*)>/g)].map(([, terms]) => restrictionsOf(terms))
}

function skipSpace(text: string, at: number): number {
  let start = at
  while (/\s/.test(text[start] ?? '')) start += 1
  return start
}

function findSeparator(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (text[at] === ',' || text[at] === '|') return at
  return text.length
}

function explain(part: string, start: number): RelationDiagnostic {
  const { code, message, hint } = explainRelation(part)
  return { ...problem(code, message, start, start + part.length), ...(hint === undefined ? {} : { hint }) }
}

function problem(code: RelationProblem, message: string, start: number, end: number): RelationDiagnostic {
  return { code, severity: 'error', message, range: { start, end } }
}

/** Whether a version keeps to a bound; always where there is none. */
export function satisfiesConstraint(version: string, constraint: VersionConstraint | undefined): boolean {
  if (constraint === undefined) return true
  const order = compareVersions(version, constraint.version)
  switch (constraint.relation) {
    case '<<':
      return order < 0
    case '<=':
      return order <= 0
    case '=':
      return order === 0
    case '>=':
      return order >= 0
    case '>>':
      return order > 0
  }
}

/**
 * Whether a relation counts on an architecture, with no build profile: what it says in `[…]` and `<…>` (Debian Policy 7.1).
 * Architecture wildcards are `any`, `linux-any` and `any-amd64` (Debian Policy 11.1).
 */
export function appliesTo(relation: PackageRelation, architecture: string): boolean {
  const { architectures, profiles } = relation
  const matches = architectures.some(({ name }) => matchesArchitecture(name, architecture))
  const isNegated = architectures[0]?.isNegated ?? false
  if (architectures.length > 0 && matches === isNegated) return false
  return profiles.length === 0 || profiles.some((terms) => terms.every((term) => term.isNegated))
}

function matchesArchitecture(pattern: string, architecture: string): boolean {
  const wildcards = [architecture, 'any', 'linux-any', `any-${architecture}`, `linux-${architecture}`]
  return wildcards.includes(pattern)
}

/** A relation as Debian writes it. */
export function formatRelation(relation: PackageRelation): string {
  const { name, qualifier, constraint, architectures, profiles } = relation
  const term = ({ name: word, isNegated }: Restriction): string => `${isNegated ? '!' : ''}${word}`
  const parts = [
    qualifier === undefined ? name : `${name}:${qualifier}`,
    ...(constraint === undefined ? [] : [`(${constraint.relation} ${constraint.version})`]),
    ...(architectures.length === 0 ? [] : [`[${architectures.map(term).join(' ')}]`]),
    ...profiles.map((terms) => `<${terms.map(term).join(' ')}>`),
  ]
  return parts.join(' ')
}

/** Alternatives as Debian writes them: with bars between them. */
export function formatAlternatives(alternatives: Alternatives): string {
  return alternatives.map(formatRelation).join(' | ')
}
