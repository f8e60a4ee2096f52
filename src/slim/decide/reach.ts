import type { Facts, Unit } from '../facts.ts'
import type { KeepCause } from '../ledger.ts'
import { findWay } from './way.ts'

/** Why a path stays. */
export interface Reason {
  readonly cause: KeepCause
  readonly detail: string
}

/** Whoever looks for plugins reads what all distributions tell of themselves: that is no use of them. */
const metadata = /\.(?:dist-info|egg-info)\/|\/specifications\/(?:default\/)?[^/]+\.gemspec$|\/gem\.build_complete$/

/** What stays, growing: whatever is kept brings what it needs. It never gets less. */
export class Reach {
  /** By real path, in the order in which they were found. */
  readonly kept = new Map<string, Reason>()
  readonly #facts: Pick<Facts, 'tree' | 'files'>
  readonly #isExcluded: (path: string) => boolean
  readonly #units = new Map<string, Unit[]>()
  readonly #usedUnits = new Set<Unit>()
  #waiting: string[] = []
  #unknown: string[] = []

  constructor(facts: Pick<Facts, 'tree' | 'files' | 'units'>, isExcluded: (path: string) => boolean) {
    this.#facts = facts
    this.#isExcluded = isExcluded
    for (const unit of facts.units) {
      for (const path of unit.paths) {
        if (!metadata.test(path)) this.#units.set(path, [...(this.#units.get(path) ?? []), unit])
      }
    }
  }

  /**
   * Keeps what a process finds at a path, and the links on the way. What lies in a folder is not kept with it.
   *
   * @returns whether there is something.
   */
  keep(path: string, cause: KeepCause, detail: string): boolean {
    const { links, target } = findWay(this.#facts.tree, path)
    if (target === undefined || this.#isExcluded(target.path)) return false
    for (const link of links)
      if (!this.kept.has(link)) this.kept.set(link, { cause: 'way', detail: `leads to ${target.path}` })
    const before = this.kept.get(target.path)
    if (before === undefined || (before.cause === 'way' && cause !== 'way')) {
      this.kept.set(target.path, { cause, detail })
      if (target.kind === 'file') this.#waiting.push(target.path)
    }
    return true
  }

  /** Keeps a path itself: of a link, the link alone. */
  keepItself(path: string, cause: KeepCause, detail: string): void {
    if (!this.kept.has(path) && !this.#isExcluded(path)) this.kept.set(path, { cause, detail })
  }

  /** Follows needs until there is nothing new. */
  settle(): void {
    for (let path = this.#waiting.shift(); path !== undefined; path = this.#waiting.shift()) {
      this.#keepUnits(path)
      const facts = this.#facts.files.get(path)
      if (facts === undefined) this.#unknown.push(path)
      else for (const need of facts.needs) this.keep(need.path, 'needed', `${path} ${need.how}`)
    }
  }

  /** The kept files of which nothing is known yet. They are followed when they are given back with {@link follow}. */
  takeUnknown(): readonly string[] {
    const unknown = this.#unknown
    this.#unknown = []
    return unknown
  }

  follow(paths: readonly string[]): void {
    this.#waiting.push(...paths)
  }

  #keepUnits(path: string): void {
    for (const unit of this.#units.get(path) ?? []) {
      if (this.#usedUnits.has(unit)) continue
      this.#usedUnits.add(unit)
      for (const other of unit.paths) this.keep(other, 'needed', `part of ${unit.title}, of which ${path} is used`)
    }
  }
}
