import { satisfiesConstraint, type PackageRelation } from '../dependency.ts'
import { providesRelation, type Candidate } from './universe.ts'

/** A package that cannot be there beside another one. */
export interface Collision {
  /** `same-name` for two versions of a package, or two architectures of one that is not for both. */
  readonly kind: 'conflicts' | 'breaks' | 'same-name'
  /** The one that says so. */
  readonly owner: Candidate
  readonly target: Candidate
  readonly relation: PackageRelation | undefined
}

interface Ban {
  readonly kind: 'conflicts' | 'breaks'
  readonly owner: Candidate
  readonly relation: PackageRelation
}

/** Finds which of the packages that are looked at cannot be together. */
export class CollisionFinder {
  /** The packages that were met, by their names and what they provide. */
  readonly #met = new Map<string, Candidate[]>()
  readonly #bans = new Map<string, Ban[]>()

  /** A package that may be chosen. @returns its collisions with those that were met or chosen before. */
  meet(target: Candidate): readonly Collision[] {
    const found: Collision[] = []
    const { name, relations } = target.record
    for (const other of this.#met.get(name) ?? []) {
      if (other.record.name === name && !canBeTogether(other, target)) {
        found.push({ kind: 'same-name', owner: other, target, relation: undefined })
      }
    }
    for (const one of new Set([name, ...relations.provides.map((provided) => provided.name)])) {
      listOf(this.#met, one).push(target)
      for (const ban of this.#bans.get(one) ?? []) if (isHit(ban, target)) found.push({ ...ban, target })
    }
    return found
  }

  /** A package that was chosen. @returns its collisions with those that were met before. */
  choose(owner: Candidate): readonly Collision[] {
    const { conflicts, breaks } = owner.record.relations
    const bans = [
      ...conflicts.map((relation): Ban => ({ kind: 'conflicts', owner, relation })),
      ...breaks.map((relation): Ban => ({ kind: 'breaks', owner, relation })),
    ]
    return bans.flatMap((ban) => {
      listOf(this.#bans, ban.relation.name).push(ban)
      const met = this.#met.get(ban.relation.name) ?? []
      return met.filter((target) => isHit(ban, target)).map((target): Collision => ({ ...ban, target }))
    })
  }
}

/** A package for several architectures at once must be of one version (Multi-Arch: same). */
function canBeTogether(a: Candidate, b: Candidate): boolean {
  const areForBoth = a.record.multiArch === 'same' && b.record.multiArch === 'same'
  return a.slot !== b.slot && areForBoth && a.record.version === b.record.version
}

/**
 * Whether a Conflicts or Breaks is about a package: by its name or by what it provides, on any architecture unless it names
 * one. A package never hits itself, so `Conflicts: x` with `Provides: x` keeps others away (Debian Policy 7.6.2).
 */
function isHit({ owner, relation }: Ban, target: Candidate): boolean {
  const { name, version, relations } = target.record
  if (name === owner.record.name) return false
  const { qualifier } = relation
  if (qualifier !== undefined && qualifier !== 'any' && qualifier !== target.architecture) return false
  if (name === relation.name && satisfiesConstraint(version, relation.constraint)) return true
  return relations.provides.some((provided) => providesRelation(provided, relation))
}

function listOf<Value>(lists: Map<string, Value[]>, name: string): Value[] {
  let list = lists.get(name)
  if (list === undefined) lists.set(name, (list = []))
  return list
}
