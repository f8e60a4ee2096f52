import type { NeedFinder } from './needs.ts'
import { compareText, type Candidate } from './universe.ts'

interface Edges {
  readonly preDepends: ReadonlySet<Candidate>
  /** Those of Pre-Depends among them. */
  readonly all: ReadonlySet<Candidate>
}

/**
 * Packages in an order to unpack and configure them in: each behind what it depends on. Of packages that depend on each
 * other, Pre-Depends count first, then the number of Depends that are not there yet, then the name.
 */
export function orderPackages(chosen: ReadonlySet<Candidate>, finder: NeedFinder): readonly Candidate[] {
  const byName = [...chosen].toSorted(compareCandidates)
  const edges = new Map(byName.map((candidate) => [candidate, edgesOf(candidate, chosen, finder)]))
  const ordered: Candidate[] = []
  for (const circle of findCircles(byName, edges)) ordered.push(...breakCircle(circle, edges))
  return ordered
}

function compareCandidates(a: Candidate, b: Candidate): number {
  return compareText(a.record.name, b.record.name) || compareText(a.architecture, b.architecture)
}

/** To the best chosen package for each need. Recommends do not count. */
function edgesOf(candidate: Candidate, chosen: ReadonlySet<Candidate>, finder: NeedFinder): Edges {
  const preDepends = new Set<Candidate>()
  const all = new Set<Candidate>()
  for (const { kind, candidates } of finder.needsOf(candidate)) {
    const target = candidates.find((one) => chosen.has(one))
    if (target === undefined || kind === 'recommends') continue
    all.add(target)
    if (kind === 'pre-depends') preDepends.add(target)
  }
  return { preDepends, all }
}

interface Visit {
  readonly candidate: Candidate
  readonly targets: readonly Candidate[]
  readonly number: number
  next: number
  lowest: number
}

/** The strongly connected components (Tarjan), each behind those that it points to. Without recursion: chains are long. */
function findCircles(
  candidates: readonly Candidate[],
  edges: ReadonlyMap<Candidate, Edges>,
): readonly (readonly Candidate[])[] {
  const circles: Candidate[][] = []
  const numbers = new Map<Candidate, number>()
  const open: Candidate[] = []
  const isOpen = new Set<Candidate>()
  const path: Visit[] = []
  const enter = (candidate: Candidate): void => {
    const number = numbers.size
    const targets = [...(edges.get(candidate)?.all ?? [])].toSorted(compareCandidates)
    numbers.set(candidate, number)
    open.push(candidate)
    isOpen.add(candidate)
    path.push({ candidate, targets, number, next: 0, lowest: number })
  }
  const leave = (visit: Visit): void => {
    path.pop()
    const parent = path.at(-1)
    if (parent !== undefined) parent.lowest = Math.min(parent.lowest, visit.lowest)
    if (visit.lowest < visit.number) return
    const circle = open.splice(open.lastIndexOf(visit.candidate))
    for (const member of circle) isOpen.delete(member)
    circles.push(circle)
  }
  for (const start of candidates) {
    if (!numbers.has(start)) enter(start)
    for (let visit = path.at(-1); visit !== undefined; visit = path.at(-1)) {
      const target = visit.targets[visit.next]
      visit.next += 1
      if (target === undefined) leave(visit)
      else if (!numbers.has(target)) enter(target)
      else if (isOpen.has(target)) visit.lowest = Math.min(visit.lowest, numbers.get(target) ?? visit.lowest)
    }
  }
  return circles
}

/** What a package of a circle still waits for. */
interface Waiting {
  preDepends: number
  all: number
  /** Those that wait for it. */
  readonly users: Candidate[]
}

/** One after the other, the one that misses least. */
function breakCircle(circle: readonly Candidate[], edges: ReadonlyMap<Candidate, Edges>): readonly Candidate[] {
  const waiting = new Map<Candidate, Waiting>(
    circle.toSorted(compareCandidates).map((candidate) => [candidate, { preDepends: 0, all: 0, users: [] }]),
  )
  const count = (user: Candidate, target: Candidate, step: 1 | -1): void => {
    const state = waiting.get(user)
    if (state === undefined) return
    state.all += step
    if (edges.get(user)?.preDepends.has(target) === true) state.preDepends += step
  }
  for (const user of waiting.keys()) {
    for (const target of edges.get(user)?.all ?? []) {
      if (target === user || !waiting.has(target)) continue
      waiting.get(target)?.users.push(user)
      count(user, target, 1)
    }
  }
  const ordered: Candidate[] = []
  while (waiting.size > 0) {
    const [first, ...others] = waiting
    if (first === undefined) break
    let [best, least] = first
    for (const [candidate, state] of others) {
      if (state.preDepends > least.preDepends) continue
      if (state.preDepends < least.preDepends || state.all < least.all) [best, least] = [candidate, state]
    }
    waiting.delete(best)
    ordered.push(best)
    for (const user of least.users) count(user, best, -1)
  }
  return ordered
}
