import { posix } from 'node:path'
import { parseIgnoreFile } from '../../ignore-file.ts'
import { createPathMatcher } from '../../path-matcher.ts'
import { quote } from '../../reading/report.ts'
import { checkedSteps } from '../facts/checked-steps.ts'
import { isRemoteSource } from '../facts/remote-source.ts'
import type { Rule, RuleInput } from '../rule.ts'

/** BuildKit's check: COPY and ADD take nothing that the ignore file leaves out. */
export const copyIgnoredFile: Rule = {
  name: 'CopyIgnoredFile',
  category: 'buildkit',
  severity: 'warning',
  summary: 'COPY takes a file that .dockerignore leaves out',
  check(file, report) {
    const ignored = readIgnoreFile(file)
    if (ignored === undefined) return
    for (const { step, at } of checkedSteps(file)) {
      const { evaluated } = step
      if ((evaluated.kind !== 'copy' && evaluated.kind !== 'add') || evaluated.fileSource !== undefined) continue
      const { instruction } = evaluated
      for (const [index, source] of evaluated.sources.entries()) {
        const path = isRemoteSource(source) ? undefined : ignored.pathOf(source)
        if (path === undefined) continue
        report({
          message: `${ignored.name} leaves out ${quote(path)}`,
          ...at(instruction.sources[index]?.range ?? instruction.range),
          cost: 'The build does not find it, and fails.',
          hint: `Copy something else, or write a line with !${path} in ${ignored.name}.`,
        })
      }
    }
  },
}

interface IgnoredPaths {
  /** What the file is called. */
  readonly name: string
  /** The path that a source means, where it is left out. */
  pathOf(source: string): string | undefined
}

/** Undefined where there is none, or where exceptions in it (`!path`) make it uncertain what a folder still holds. */
function readIgnoreFile({ context }: RuleInput): IgnoredPaths | undefined {
  const { ignoreFile } = context ?? {}
  if (ignoreFile === undefined) return undefined
  const { patterns } = parseIgnoreFile(ignoreFile.text)
  if (patterns.length === 0 || patterns.some(({ isException }) => isException)) return undefined
  const matcher = createPathMatcher(patterns)
  const leavesNothing = patterns.some(({ pattern }) => ['*', '**', '**/*'].includes(pattern))
  return {
    name: ignoreFile.name,
    pathOf(source) {
      const path = posix.normalize(source).replace(/(?<=.)\/$/, '')
      if (path === '.' || path === '/') return leavesNothing ? path : undefined
      return matcher.isMatched(path.replace(/^\/+/, '')) ? path : undefined
    },
  }
}
