import { CollisionFinder, type Collision } from './collisions.ts'
import type { Need, NeedFinder } from './needs.ts'
import { Solver } from './solver.ts'
import type { Candidate } from './universe.ts'

/** One of the things that cannot all be so. */
export type Obstacle =
  { readonly type: 'need'; readonly need: Need } | { readonly type: 'collision'; readonly collision: Collision }

/** Packages that satisfy every need, or what stands in the way. */
export type Choice =
  | { readonly chosen: ReadonlySet<Candidate>; readonly obstacles?: undefined }
  | { readonly chosen?: undefined; readonly obstacles: readonly Obstacle[] }

/**
 * Chooses packages for the requests and for all that these need.
 *
 * @throws TooManyConflictsError
 */
export function choosePackages(requests: readonly Need[], finder: NeedFinder): Choice {
  const collisions = new CollisionFinder()
  const variables = new Map<Candidate, number>()
  const candidates: (Candidate | undefined)[] = []

  const variableOf = (candidate: Candidate): number => {
    const known = variables.get(candidate)
    if (known !== undefined) return known
    const variable = solver.newVariable()
    variables.set(candidate, variable)
    candidates[variable] = candidate
    for (const collision of collisions.meet(candidate)) addCollision(collision)
    return variable
  }
  const addCollision = (collision: Collision): void => {
    const literals = [-variableOf(collision.owner), -variableOf(collision.target)]
    solver.addClause(literals, { type: 'collision', collision })
  }
  const addNeed = (owner: number, need: Need): void => {
    const names = new Set(need.candidates.map(({ record }) => record.name))
    const kind = need.kind === 'recommends' ? 'wish' : names.size > 1 ? 'open' : 'plain'
    solver.addChoice(owner, need.candidates.map(variableOf), kind, { type: 'need', need })
  }
  const solver = new Solver<Obstacle>((variable) => {
    const candidate = candidates[variable]
    const needs = candidate === undefined ? requests : finder.needsOf(candidate)
    if (candidate !== undefined) for (const collision of collisions.choose(candidate)) addCollision(collision)
    for (const need of needs) addNeed(variable, need)
  })
  const obstacles = solver.solve(solver.newVariable())
  if (obstacles !== undefined) return { obstacles }
  const found = [...variables].filter(([, variable]) => solver.isTrue(variable)).map(([candidate]) => candidate)
  return { chosen: neededOf(requests, finder, new Set(found)) }
}

/**
 * Less what was chosen at a moment when nobody knew that something else, which is needed anyway, would do: needs that only
 * one chosen package satisfies are followed first.
 */
function neededOf(requests: readonly Need[], finder: NeedFinder, chosen: ReadonlySet<Candidate>): Set<Candidate> {
  const needed = new Set<Candidate>()
  const open: (readonly Candidate[])[] = []
  const queue = [...requests]
  const take = (candidate: Candidate): void => {
    needed.add(candidate)
    queue.push(...finder.needsOf(candidate))
  }
  for (;;) {
    for (const need of queue.splice(0)) {
      const met = need.candidates.filter((candidate) => chosen.has(candidate))
      const [only] = met
      if (met.length > 1) open.push(met)
      else if (only !== undefined && !needed.has(only)) take(only)
    }
    if (queue.length > 0) continue
    const next = open.shift()
    if (next === undefined) return needed
    const [best] = next
    if (best !== undefined && !next.some((candidate) => needed.has(candidate))) take(best)
  }
}
