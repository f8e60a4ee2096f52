import type { Diagnostic } from '../diagnostic.ts'
import type { EvaluatedStage } from '../evaluated.ts'
import { stageDependencies, type StageDependency } from '../stages.ts'
import { problem } from '../reading/report.ts'

/** Reports stages that need a later one, or each other. Time is in proportion to the number of stages and dependencies. */
export function reportStageOrder(stages: readonly EvaluatedStage[], report: (found: Diagnostic) => void): void {
  const dependencies = stages.map(stageDependencies)
  const isLate = (index: number, dependency: StageDependency): boolean => dependency.index >= index
  if (!dependencies.some((each, index) => each.some((dependency) => isLate(index, dependency)))) return
  const circular = findCircular(dependencies.map((each) => each.map(({ index }) => index)))
  for (const [index, each] of dependencies.entries()) {
    for (const dependency of each.filter((candidate) => isLate(index, candidate))) {
      const isCircular = circular.has(index) && circular.has(dependency.index)
      const code = isCircular ? 'circular-stages' : 'stage-not-built-yet'
      const needed = dependency.index === index ? 'itself' : 'a later stage that needs it'
      const message = isCircular ? `this stage needs ${needed}` : 'this stage comes later, so it is not built yet'
      report(problem(code, 'error', dependency.range, message))
    }
  }
}

/** What is left of a graph when everything that needs nothing, or that nothing needs, is taken away again and again. */
function findCircular(needs: readonly (readonly number[])[]): ReadonlySet<number> {
  const neededBy: number[][] = needs.map(() => [])
  for (const [index, each] of needs.entries()) for (const need of each) neededBy[need]?.push(index)
  const left = new Set(needs.keys())
  takeAway(left, needs, neededBy)
  takeAway(left, neededBy, needs)
  return left
}

/** Takes away what has no neighbour in one direction, and then what has lost its last. */
function takeAway(
  left: Set<number>,
  forward: readonly (readonly number[])[],
  backward: readonly (readonly number[])[],
): void {
  const counts = forward.map((neighbours) => neighbours.filter((index) => left.has(index)).length)
  const waiting = [...left].filter((index) => counts[index] === 0)
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    left.delete(index)
    for (const other of backward[index] ?? []) {
      const count = (counts[other] ?? 0) - 1
      counts[other] = count
      if (count === 0 && left.has(other)) waiting.push(other)
    }
  }
}
