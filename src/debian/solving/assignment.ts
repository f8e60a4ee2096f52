import { assert } from '../../std/assert.ts'
import type { Clause, Literal } from './clause.ts'

/**
 * What is known of each variable, in the order that it became known. A level is a decision with all that follows from it;
 * what is on level 0 follows from no decision.
 */
export class Assignment<Origin> {
  /** 1 for true, -1 for false, 0 for not known. By variable, as the two that follow. */
  readonly #value: number[] = [0]
  readonly #level: number[] = [0]
  readonly #reason: (Clause<Origin> | undefined)[] = [undefined]
  readonly #trail: Literal[] = []
  readonly #levelStarts: number[] = []

  newVariable(): number {
    this.#level.push(0)
    this.#reason.push(undefined)
    return this.#value.push(0) - 1
  }

  /** 1 when a literal holds, -1 when it does not, 0 when that is not known. */
  valueOf(literal: Literal): number {
    const value = this.#value[Math.abs(literal)] ?? 0
    return literal > 0 ? value : -value
  }

  levelOf(literal: Literal): number {
    return this.#level[Math.abs(literal)] ?? 0
  }

  /** The clause that forced a variable's value; undefined for a decision. */
  reasonOf(literal: Literal): Clause<Origin> | undefined {
    return this.#reason[Math.abs(literal)]
  }

  /** Literals that hold, in the order that they came to. */
  get trail(): readonly Literal[] {
    return this.#trail
  }

  get level(): number {
    return this.#levelStarts.length
  }

  assign(literal: Literal, reason: Clause<Origin> | undefined): void {
    const variable = Math.abs(literal)
    assert(this.#value[variable] === 0, 'a variable gets a second value')
    this.#value[variable] = Math.sign(literal)
    this.#level[variable] = this.level
    this.#reason[variable] = reason
    this.#trail.push(literal)
  }

  decide(literal: Literal): void {
    this.#levelStarts.push(this.#trail.length)
    this.assign(literal, undefined)
  }

  /** Forgets all that is above a level. */
  undoTo(level: number): void {
    for (const literal of this.#trail.splice(this.#levelStarts[level] ?? this.#trail.length)) {
      this.#value[Math.abs(literal)] = 0
      this.#reason[Math.abs(literal)] = undefined
    }
    this.#levelStarts.splice(level)
  }
}
