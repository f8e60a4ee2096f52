import { posix } from 'node:path'
import { stageDependencies } from '../../stages.ts'
import type { RuleInput } from '../rule.ts'
import type { CacheGroup } from './cache-groups.ts'
import { isWithin } from './paths.ts'
import type { StageFacts } from './stage-facts.ts'

/** What a file says of the folders that tools keep things in. */
export interface CacheReferences {
  /** Whether something may need what a cache holds, or have put something there. */
  isMentioned(group: CacheGroup): boolean
  /** Whether what a stage holds may be shipped: it is the target, or another that nobody takes files from, or one begins with it. */
  isKept(stage: StageFacts): boolean
}

/** Reads a file once for all of its caches. */
export function cacheReferences(file: RuleInput): CacheReferences {
  const words = mentions(file)
  const answers = new Map<RegExp, boolean>()
  const copied = copiedPaths(file)
  const kept = keptStages(file)
  return {
    isMentioned({ cache, runs }) {
      const { mention } = cache
      const known = answers.get(mention) ?? words.some((word) => mention.test(word))
      answers.set(mention, known)
      const [first] = runs
      if (known || first === undefined) return known
      const paths = copied.get(first.built.root) ?? []
      return (
        cache.isNeededLater &&
        first.folders.some(({ path }) => path !== undefined && paths.some((source) => isWithin(path, source)))
      )
    },
    isKept: (stage) => kept.has(stage),
  }
}

/** All words that may name a folder, except of commands that take it away and of mounts of caches. */
function mentions({ stages }: RuleInput): readonly string[] {
  return stages.flatMap(({ steps }) =>
    steps.flatMap((step): readonly string[] => {
      const { evaluated } = step
      if (evaluated.kind === 'copy' || evaluated.kind === 'add') return [...evaluated.sources, evaluated.destination]
      if (evaluated.kind === 'volume') return evaluated.paths
      if (evaluated.kind !== 'run') return []
      const mounts = evaluated.mounts.filter(({ type }) => type !== 'cache' && type !== 'tmpfs')
      const commands = (step.script()?.commands ?? []).filter(({ program }) => program !== 'rm' && program !== 'find')
      return [
        ...mounts.flatMap(({ source, target }) => [source ?? '', target ?? '']),
        ...commands.flatMap(({ words, redirections }) =>
          [...words, ...redirections.flatMap(({ target }) => target ?? [])].map(({ value }) => value),
        ),
      ]
    }),
  )
}

/** What is copied out of stages, by the first stage of the chain that each stands in: up to the first wildcard. */
function copiedPaths({ stages }: RuleInput): ReadonlyMap<StageFacts, readonly string[]> {
  const roots: StageFacts[] = []
  for (const [index, stage] of stages.entries()) {
    const parent = stage.parent?.evaluated.stage.index
    roots[index] = parent === undefined ? stage : (roots[parent] ?? stage)
  }
  const found = new Map<StageFacts, string[]>()
  for (const { steps } of stages) {
    for (const { evaluated } of steps) {
      if (evaluated.kind !== 'copy' || evaluated.fileSource?.kind !== 'stage') continue
      const root = roots[evaluated.fileSource.index]
      if (root === undefined) continue
      const paths = found.get(root) ?? []
      found.set(root, paths)
      for (const source of evaluated.sources) {
        const folder = source.replace(/[^/]*[*?[].*$/, '')
        paths.push(posix.normalize(`/${folder}`).replace(/(?<=.)\/$/, ''))
      }
    }
  }
  return found
}

function keptStages({ stages, target }: RuleInput): ReadonlySet<StageFacts> {
  const used = new Set(stages.flatMap(({ evaluated }) => stageDependencies(evaluated).map(({ index }) => index)))
  const kept = new Set<StageFacts>()
  for (const stage of stages) {
    if (stage !== target && used.has(stage.evaluated.stage.index)) continue
    for (let at: StageFacts | undefined = stage; at !== undefined && !kept.has(at); at = at.parent) kept.add(at)
  }
  return kept
}
