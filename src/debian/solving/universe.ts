import type { Alternatives, PackageRelation } from '../dependency.ts'
import { appliesTo, satisfiesConstraint } from '../dependency.ts'
import type { PackageRecord } from '../package-record.ts'
import type { PackageSource, Pin } from '../package-source.ts'
import { compareVersions } from '../version.ts'

/** A version of a package that may be chosen. */
export interface Candidate {
  readonly record: PackageRecord
  readonly source: PackageSource
  readonly priority: number
  /** The architecture that it counts for: that of the system for `all`. */
  readonly architecture: string
  /** Of versions with the same slot one can be installed. */
  readonly slot: string
}

/** A text in which `*` stands for any text. */
export function matchesGlob(pattern: string, text: string): boolean {
  if (!pattern.includes('*')) return pattern === text
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop() ?? ''
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  return at <= text.length - last.length
}

/** Everything that may be chosen, from all sources, in an order that does not depend on the order of the sources. */
export class Universe {
  readonly architecture: string
  readonly sources: readonly PackageSource[]
  readonly #pins: readonly Pin[]
  readonly #named = new Map<string, readonly Candidate[]>()
  readonly #providing = new Map<string, readonly Candidate[]>()

  constructor(sources: readonly PackageSource[], pins: readonly Pin[], architecture: string) {
    this.sources = sources
    this.#pins = pins
    this.architecture = architecture
  }

  /** The versions of a name, the preferred one first, those for the system's own architecture before others. */
  named(name: string): readonly Candidate[] {
    const known = this.#named.get(name)
    if (known !== undefined) return known
    const best = new Map<string, Candidate>()
    for (const source of this.sources) {
      for (const record of source.index.packages(name)) {
        const candidate = this.#candidate(record, source)
        const key = `${candidate.slot} ${record.version} ${record.architecture}`
        const rival = best.get(key)
        if (candidate.priority < 1 || (rival !== undefined && !isBetterSource(candidate, rival))) continue
        best.set(key, candidate)
      }
    }
    const candidates = [...best.values()].toSorted((a, b) => this.#byPreference(a, b))
    this.#named.set(name, candidates)
    return candidates
  }

  #candidate(record: PackageRecord, source: PackageSource): Candidate {
    const architecture = record.architecture === 'all' ? this.architecture : record.architecture
    const pin = this.#pins.find(
      (one) =>
        matchesGlob(one.package, record.name) &&
        (one.version === undefined || matchesGlob(one.version, record.version)) &&
        (one.source === undefined || source.names.includes(one.source)),
    )
    const priority = source.priority < 1 ? source.priority : (pin?.priority ?? source.priority)
    return { record, source, priority, architecture, slot: `${record.name}:${architecture}` }
  }

  #byPreference(a: Candidate, b: Candidate): number {
    return (
      Number(b.architecture === this.architecture) - Number(a.architecture === this.architecture) ||
      compareText(a.architecture, b.architecture) ||
      b.priority - a.priority ||
      compareVersions(b.record.version, a.record.version) ||
      // Equal versions need not be the same text: 1.0 and 1.0-0.
      compareText(a.record.version, b.record.version) ||
      compareText(a.record.architecture, b.record.architecture)
    )
  }

  /** What provides a name: as apt orders them, by their own importance, and then by name. */
  providing(name: string): readonly Candidate[] {
    const known = this.#providing.get(name)
    if (known !== undefined) return known
    const names = new Set(this.sources.flatMap(({ index }) => index.providers(name).map((record) => record.name)))
    const candidates = [...names]
      .flatMap((one) => this.named(one))
      .filter(({ record }) => record.relations.provides.some((provided) => provided.name === name))
      .toSorted((a, b) => importance(a) - importance(b) || compareText(a.record.name, b.record.name))
    this.#providing.set(name, candidates)
    return candidates
  }

  /** Whether this is the version that its name would be installed in, were nothing in the way. */
  isPreferred(candidate: Candidate): boolean {
    return this.named(candidate.record.name).find(({ slot }) => slot === candidate.slot) === candidate
  }

  /**
   * What satisfies one of the alternatives, the best first: in the order that they are written in, a package before those
   * that provide its name, and preferred versions of all before any other version.
   *
   * @param architecture of the package that has the relation.
   */
  satisfying(alternatives: Alternatives, architecture: string): readonly Candidate[] {
    const found = new Set<Candidate>()
    for (const relation of alternatives) {
      if (!appliesTo(relation, architecture)) continue
      for (const candidate of this.named(relation.name)) {
        if (this.#isSatisfiedByPackage(relation, candidate, architecture)) found.add(candidate)
      }
      for (const candidate of this.providing(relation.name)) {
        if (this.#isSatisfiedByProvider(relation, candidate, architecture)) found.add(candidate)
      }
    }
    const all = [...found]
    return [...all.filter((one) => this.isPreferred(one)), ...all.filter((one) => !this.isPreferred(one))]
  }

  #isSatisfiedByPackage(relation: PackageRelation, candidate: Candidate, architecture: string): boolean {
    return (
      satisfiesConstraint(candidate.record.version, relation.constraint) &&
      this.#isRightArchitecture(relation, candidate, architecture)
    )
  }

  #isSatisfiedByProvider(relation: PackageRelation, candidate: Candidate, architecture: string): boolean {
    return (
      this.#isRightArchitecture(relation, candidate, architecture) &&
      candidate.record.relations.provides.some((provided) => providesRelation(provided, relation))
    )
  }

  /** As dpkg has it: an unqualified relation is for the same architecture, unless the package says `Multi-Arch: foreign`. */
  #isRightArchitecture({ qualifier }: PackageRelation, candidate: Candidate, architecture: string): boolean {
    const { multiArch } = candidate.record
    if (qualifier === undefined) return multiArch === 'foreign' || candidate.architecture === architecture
    if (qualifier === 'any') return multiArch === 'allowed'
    return candidate.architecture === (qualifier === 'native' ? this.architecture : qualifier)
  }
}

/** Whether a Provides satisfies a relation or is hit by it: one with a version needs a provision with a version. */
export function providesRelation(provided: PackageRelation, relation: PackageRelation): boolean {
  if (provided.name !== relation.name) return false
  if (relation.constraint === undefined) return true
  return provided.constraint !== undefined && satisfiesConstraint(provided.constraint.version, relation.constraint)
}

/** Of two sources that have the same version: the one with the higher priority, then by name. */
function isBetterSource(candidate: Candidate, rival: Candidate): boolean {
  if (candidate.priority !== rival.priority) return candidate.priority > rival.priority
  const order =
    compareText(candidate.source.index.title, rival.source.index.title) ||
    compareText(candidate.record.text, rival.record.text)
  return order < 0
}

const priorityRanks = ['required', 'important', 'standard', 'optional', 'extra']

function importance({ record }: Candidate): number {
  if (record.isEssential) return -1
  const rank = priorityRanks.indexOf(record.priority)
  return rank === -1 ? priorityRanks.length : rank
}

/** By UTF-16 units, as `toSorted` alone does: the same on every machine. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
