import { appliesTo, formatAlternatives, type Alternatives } from '../dependency.ts'
import type { Candidate, Universe } from './universe.ts'

/** Why something must be there: somebody asked for it, or a package's relation field. */
export type NeedKind = 'request' | 'pre-depends' | 'depends' | 'recommends'

/** Something of which one candidate must be there, or with `recommends` is wanted. */
export interface Need {
  readonly kind: NeedKind
  /** The package that has it; undefined for a request. */
  readonly owner: Candidate | undefined
  /** As it is written. */
  readonly text: string
  readonly alternatives: Alternatives
  /** The best one first. */
  readonly candidates: readonly Candidate[]
}

/** What packages need, less what is left out on purpose. */
export class NeedFinder {
  readonly #universe: Universe
  readonly #excluded: ReadonlySet<string>
  readonly #recommends: boolean
  readonly #known = new Map<Candidate, readonly Need[]>()

  /** @param excluded names of packages that count as if they were there, with all that they provide. */
  constructor(universe: Universe, excluded: ReadonlySet<string>, recommends: boolean) {
    this.#universe = universe
    this.#excluded = excluded
    this.#recommends = recommends
  }

  needsOf(owner: Candidate): readonly Need[] {
    const known = this.#known.get(owner)
    if (known !== undefined) return known
    const { preDepends, depends, recommends } = owner.record.relations
    const needs = [
      ...preDepends.flatMap((group) => this.#need('pre-depends', owner, group)),
      ...depends.flatMap((group) => this.#need('depends', owner, group)),
      ...(this.#recommends ? recommends.flatMap((group) => this.#need('recommends', owner, group)) : []),
    ]
    this.#known.set(owner, needs)
    return needs
  }

  /** None for what does not count on this architecture, and for what is there anyway. */
  #need(kind: NeedKind, owner: Candidate, alternatives: Alternatives): readonly Need[] {
    if (!alternatives.some((relation) => appliesTo(relation, owner.architecture))) return []
    if (alternatives.some(({ name }) => this.#isExcluded(name))) return []
    const candidates = this.#universe
      .satisfying(alternatives, owner.architecture)
      .filter(({ record }) => !this.#excluded.has(record.name))
    if (candidates.includes(owner)) return []
    return [{ kind, owner, text: formatAlternatives(alternatives), alternatives, candidates }]
  }

  #isExcluded(name: string): boolean {
    if (this.#excluded.size === 0) return false
    return (
      this.#excluded.has(name) || this.#universe.providing(name).some(({ record }) => this.#excluded.has(record.name))
    )
  }
}
