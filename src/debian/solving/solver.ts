import { assert } from '../../std/assert.ts'
import { Assignment } from './assignment.ts'
import { originsOf, type Clause, type Literal } from './clause.ts'

/** A problem that takes too long. Real ones take a few conflicts. */
export class TooManyConflictsError extends Error {
  constructor() {
    super(`no answer after ${conflictsMax} conflicts`)
    this.name = 'TooManyConflictsError'
  }
}

const conflictsMax = 20_000

/** `plain` choices are made before `open` ones, which may be made by then; wishes come last, and may stay unmet. */
export type ChoiceKind = 'plain' | 'open' | 'wish'

/**
 * Finds values for variables so that each clause holds, by conflict-driven clause learning: it decides, follows what each
 * decision forces, and learns a clause from each conflict, so it never meets the same one again. Complete, and the same
 * for the same calls. Clauses come while it searches: what a variable entails is asked when it first becomes true.
 *
 * Decisions are made for choices only: what nobody needs never becomes true.
 */
export class Solver<Origin> {
  readonly #expand: (variable: number) => void
  readonly #isExpanded: boolean[] = [false]
  readonly #known = new Assignment<Origin>()
  /** The clauses that look at a literal's becoming false, by {@link watchPlace}. */
  readonly #watchers: Clause<Origin>[][] = [[], []]
  /** By variable: candidates of which one must be true, or is wanted, when the variable is. */
  readonly #choices: Readonly<Record<ChoiceKind, (readonly number[])[]>>[] = [{ plain: [], open: [], wish: [] }]
  /** The choices of the trail's literals before these places are made. */
  readonly #scanned: Record<ChoiceKind, number> = { plain: 0, open: 0, wish: 0 }
  #propagated = 0
  /** A clause that was false when it was added. */
  #addedConflict: Clause<Origin> | undefined

  /** @param expand adds what follows from a variable's being true. It is called once for each. */
  constructor(expand: (variable: number) => void) {
    this.#expand = expand
  }

  newVariable(): number {
    this.#isExpanded.push(false)
    this.#choices.push({ plain: [], open: [], wish: [] })
    this.#watchers.push([], [])
    return this.#known.newVariable()
  }

  /** Whether a variable is true now: after {@link solve}, in the solution. */
  isTrue(variable: number): boolean {
    return this.#known.valueOf(variable) > 0
  }

  /** Adds a clause whose literals are of different variables. */
  addClause(literals: readonly Literal[], origin: Origin): void {
    this.#attach({ literals: [...literals], origin, parents: [] })
  }

  /** Says that when `owner` is true one of the candidates must be, or is wanted: the earlier the better. */
  addChoice(owner: number, candidates: readonly number[], kind: ChoiceKind, origin: Origin): void {
    if (kind !== 'wish') this.addClause([-owner, ...candidates], origin)
    this.#choices[owner]?.[kind].push(candidates)
  }

  /**
   * Searches with `root` true.
   *
   * @returns undefined when a solution was found, and otherwise the origins of clauses that cannot all hold.
   * @throws TooManyConflictsError
   */
  solve(root: number): readonly Origin[] | undefined {
    this.#known.assign(root, undefined)
    for (let conflicts = 0; conflicts < conflictsMax;) {
      const conflict = this.#propagate()
      if (conflict === undefined) {
        const decision = this.#nextDecision('plain') ?? this.#nextDecision('open') ?? this.#nextDecision('wish')
        if (decision === undefined) return undefined
        this.#known.decide(decision)
        continue
      }
      if (this.#known.level === 0) return originsOf([conflict, ...this.#rootReasons(conflict.literals)])
      this.#learn(conflict)
      conflicts += 1
    }
    throw new TooManyConflictsError()
  }

  /** Watches two literals of a clause that are not false, or became so last, and follows it if it leaves no choice. */
  #attach(clause: Clause<Origin>): void {
    const { literals } = clause
    const rank = (place: number): number => {
      const literal = literals[place] ?? 0
      return this.#known.valueOf(literal) < 0 ? this.#known.levelOf(literal) : Number.POSITIVE_INFINITY
    }
    for (let place = 0; place < Math.min(2, literals.length); place += 1) {
      let best = place
      for (let other = place + 1; other < literals.length; other += 1) if (rank(other) > rank(best)) best = other
      swap(literals, place, best)
      this.#watchersOf(literals[place] ?? 0).push(clause)
    }
    const [first = 0, second] = literals
    if (this.#known.valueOf(first) < 0) this.#addedConflict ??= clause
    else if (this.#known.valueOf(first) === 0 && (second === undefined || this.#known.valueOf(second) < 0)) {
      this.#known.assign(first, clause)
    }
  }

  #watchersOf(literal: Literal): Clause<Origin>[] {
    return this.#watchers[watchPlace(literal)] ?? []
  }

  /** Follows what is forced. @returns a clause that is false, if that comes out. */
  #propagate(): Clause<Origin> | undefined {
    const { trail } = this.#known
    while (this.#propagated < trail.length) {
      const literal = trail[this.#propagated] ?? 0
      this.#propagated += 1
      if (literal > 0 && this.#isExpanded[literal] === false) {
        this.#isExpanded[literal] = true
        this.#expand(literal)
      }
      const conflict = this.#addedConflict ?? this.#propagateFalse(-literal)
      this.#addedConflict = undefined
      if (conflict !== undefined) return conflict
    }
    return undefined
  }

  #propagateFalse(literal: Literal): Clause<Origin> | undefined {
    const watchers = this.#watchersOf(literal)
    for (let index = 0; index < watchers.length;) {
      const clause = watchers[index]
      if (clause === undefined) break
      if (this.#moveWatch(clause, literal)) {
        // The last one takes the place of the one that left.
        const last = watchers.pop()
        if (last !== undefined && index < watchers.length) watchers[index] = last
        continue
      }
      index += 1
      const [first = 0] = clause.literals
      if (this.#known.valueOf(first) < 0) return clause
      if (this.#known.valueOf(first) === 0) this.#known.assign(first, clause)
    }
    return undefined
  }

  /** Lets a clause watch another literal in place of a false one, unless it holds, or has no other one that is not false. */
  #moveWatch(clause: Clause<Origin>, falseLiteral: Literal): boolean {
    const { literals } = clause
    if (literals[0] === falseLiteral && literals.length > 1) swap(literals, 0, 1)
    if (this.#known.valueOf(literals[0] ?? 0) > 0) return false
    const place = literals.findIndex((literal, at) => at > 1 && this.#known.valueOf(literal) >= 0)
    if (place === -1) return false
    swap(literals, 1, place)
    this.#watchersOf(literals[1] ?? 0).push(clause)
    return true
  }

  /** The best candidate for the next choice that is not made yet. */
  #nextDecision(kind: ChoiceKind): Literal | undefined {
    const { trail } = this.#known
    for (; this.#scanned[kind] < trail.length; this.#scanned[kind] += 1) {
      const owner = trail[this.#scanned[kind]] ?? 0
      for (const candidates of this.#choices[owner]?.[kind] ?? []) {
        if (candidates.some((candidate) => this.isTrue(candidate))) continue
        const candidate = candidates.find((one) => this.#known.valueOf(one) === 0)
        if (candidate !== undefined) return candidate
      }
    }
    return undefined
  }

  /** Goes back to where a new clause, made from what led to the conflict, forces another way. */
  #learn(conflict: Clause<Origin>): void {
    const learned = this.#analyze(conflict)
    const level = Math.max(0, ...learned.literals.slice(1).map((literal) => this.#known.levelOf(literal)))
    this.#known.undoTo(level)
    this.#propagated = this.#known.trail.length
    Object.assign(this.#scanned, { plain: 0, open: 0, wish: 0 })
    this.#attach(learned)
  }

  /** Replaces literals of the current level by their reasons until one is left, which comes first (first UIP). */
  #analyze(conflict: Clause<Origin>): Clause<Origin> {
    const { trail, level } = this.#known
    const parents = [conflict]
    const seen = new Set<number>()
    const earlier: Literal[] = []
    const atRoot: Literal[] = []
    let clause: Clause<Origin> | undefined = conflict
    let open = 0
    for (let place = trail.length - 1; place >= 0; place -= 1) {
      for (const literal of clause?.literals ?? []) {
        const variable = Math.abs(literal)
        if (seen.has(variable)) continue
        seen.add(variable)
        const itsLevel = this.#known.levelOf(literal)
        if (itsLevel === level) open += 1
        else if (itsLevel > 0) earlier.push(literal)
        else atRoot.push(literal)
      }
      clause = undefined
      const literal = trail[place] ?? 0
      if (!seen.has(Math.abs(literal))) continue
      open -= 1
      if (open === 0) {
        return {
          literals: [-literal, ...earlier],
          origin: undefined,
          parents: [...parents, ...this.#rootReasons(atRoot)],
        }
      }
      clause = this.#known.reasonOf(literal)
      if (clause !== undefined) parents.push(clause)
    }
    assert(false, 'a conflict has no literal of the current level')
  }

  /** The clauses by which literals became false without any decision. */
  #rootReasons(literals: readonly Literal[]): readonly Clause<Origin>[] {
    const reasons = new Set<Clause<Origin>>()
    const variables = new Set(literals.map(Math.abs))
    for (const variable of variables) {
      const reason = this.#known.reasonOf(variable)
      if (reason === undefined) continue
      reasons.add(reason)
      for (const literal of reason.literals) variables.add(Math.abs(literal))
    }
    return [...reasons]
  }
}

/** Two lists for each variable. */
function watchPlace(literal: Literal): number {
  return literal > 0 ? 2 * literal : -2 * literal + 1
}

function swap(literals: Literal[], one: number, other: number): void {
  const first = literals[one] ?? 0
  literals[one] = literals[other] ?? 0
  literals[other] = first
}
