import { formatRelation, satisfiesConstraint, type PackageRelation } from '../dependency.ts'
import type { PackageRequest } from '../package-request.ts'
import { providesRelation, matchesGlob, type Candidate, type Universe } from './universe.ts'
import type { Need } from './needs.ts'
import { suggestName } from './suggest.ts'

/** Why a request cannot be met, before anything is resolved. */
interface Refusal {
  readonly message: string
  readonly hint: string | undefined
}

/** What a request asks for, or why there is no such thing. */
export type RequestedNeed =
  { readonly need: Need; readonly refusal?: undefined } | { readonly need?: undefined; readonly refusal: Refusal }

/** Looks a request up. Of a name that only one package provides, that package. */
export function needOfRequest(request: PackageRequest, universe: Universe): RequestedNeed {
  const { name, constraint } = request
  const relation: PackageRelation = {
    ...{ name, constraint, qualifier: request.architecture, architectures: [], profiles: [] },
    range: { start: 0, end: request.text.length },
  }
  const isWanted = ({ architecture, source }: Candidate): boolean =>
    architecture === (request.architecture ?? universe.architecture) &&
    (request.suite === undefined || source.names.includes(request.suite))
  const ofName = universe.named(name)
  const providing = universe.providing(name).filter((one) => isWanted(one))
  const candidates =
    ofName.length > 0
      ? ofName.filter((one) => isWanted(one) && isRightVersion(request, one.record.version))
      : providing.filter(({ record }) => record.relations.provides.some((one) => providesRelation(one, relation)))
  const providers = new Set(candidates.map(({ record }) => record.name))
  if (candidates.length === 0) return { refusal: refuse(request, universe, ofName) }
  if (ofName.length === 0 && providers.size > 1) {
    const message = `${name} is a name that several packages provide`
    return { refusal: { message, hint: `Ask for one of them: ${firstOf([...providers])}.` } }
  }
  const text = request.text === '' ? formatRelation(relation) : request.text
  return { need: { kind: 'request', owner: undefined, text, alternatives: [relation], candidates } }
}

function isRightVersion({ constraint, versionPattern }: PackageRequest, version: string): boolean {
  if (versionPattern !== undefined) return matchesGlob(versionPattern, version)
  return satisfiesConstraint(version, constraint)
}

function refuse(request: PackageRequest, universe: Universe, ofName: readonly Candidate[]): Refusal {
  const { name, architecture = universe.architecture, suite } = request
  if (suite !== undefined && !universe.sources.some(({ names }) => names.includes(suite))) {
    const known = [...new Set(universe.sources.flatMap(({ names }) => names))]
    return { message: `there is no source ${suite} to take ${name} from`, hint: `There is ${firstOf(known)}.` }
  }
  if (ofName.length === 0) {
    const near = suggestName(name, universe)
    const hint = near === undefined ? undefined : `Did you mean ${near}?`
    return { message: `there is no package ${name} for ${architecture}`, hint }
  }
  const there = ofName.map(({ record, source, architecture: its }) => {
    const where = source.names[0] ?? source.index.title
    return `${record.version} in ${where}${its === architecture ? '' : ` for ${its}`}`
  })
  return {
    message: `there is no ${request.text} for ${architecture}`,
    hint: `There is ${firstOf([...new Set(there)])}.`,
  }
}

const shownMax = 5

/** The first of several, as a sentence has them. */
export function firstOf(texts: readonly string[]): string {
  const shown = texts.slice(0, shownMax).join(', ')
  return texts.length > shownMax ? `${shown} and ${texts.length - shownMax} more` : shown
}
