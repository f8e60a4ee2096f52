/** A variable that must be true, or minus a variable that must be false. Variables count from 1. */
export type Literal = number

/** Literals of which one must hold. `origin` says where it comes from; a learned clause follows from its parents instead. */
export interface Clause<Origin> {
  readonly literals: Literal[]
  readonly origin: Origin | undefined
  readonly parents: readonly Clause<Origin>[]
}

/** Where the clauses come from that these clauses follow from, each once. */
export function originsOf<Origin>(clauses: readonly Clause<Origin>[]): readonly Origin[] {
  const seen = new Set<Clause<Origin>>(clauses)
  const origins = new Set<Origin>()
  for (const clause of seen) {
    if (clause.origin !== undefined) origins.add(clause.origin)
    // A set that grows is walked to its new end.
    for (const parent of clause.parents) seen.add(parent)
  }
  return [...origins]
}
