import { applyEdits, type TextEdit } from '../dockerfile/edit.ts'
import { evaluateDockerfile } from '../dockerfile/evaluate.ts'
import { parseDockerfile } from '../dockerfile/parse.ts'
import type { ImproveOptions } from './improve-options.ts'
import { builtCommands, type BuiltCommand } from './rewrite/improve/built-commands.ts'
import { stripC } from './rewrite/improve/c-flags.ts'
import { staticGo, stripGo } from './rewrite/improve/go-flags.ts'
import { proposeIgnoreFile } from './rewrite/improve/ignore-file.ts'
import { commentImprovements, type ImprovedText } from './rewrite/improve/improvement-comments.ts'
import { mendCode } from './rewrite/improve/mended.ts'
import { withoutDevelopmentPackages } from './rewrite/improve/node-packages.ts'
import { stripRust } from './rewrite/improve/rust-flags.ts'

/** What can be improved about a build, in the order in which it is applied. */
export const improvementCodes = [
  'static-go',
  'strip-go',
  'strip-rust',
  'strip-c',
  'no-development-packages',
  'dependencies-first',
  'cache-mounts',
] as const

/** One of {@link improvementCodes}. */
export type ImprovementCode = (typeof improvementCodes)[number]

/** A change of the build that makes its result smaller, or the next build faster. */
export interface BuildImprovement {
  readonly code: ImprovementCode
  readonly title: string
  readonly reason: string
  /** Of the text as it was given. Those of different improvements may touch: {@link applyImprovements} applies several. */
  readonly edits: readonly TextEdit[]
  /** What has to be seen before it can stay: that it builds, or also that the app answers as before. */
  readonly proof: 'build' | 'answers'
}

interface Improver {
  readonly title: string
  /** As a comment in the Dockerfile says it. */
  readonly comment: string
  readonly reason: string
  readonly proof: 'build' | 'answers'
  readonly find: (text: string, commands: readonly BuiltCommand[], options: ImproveOptions) => readonly TextEdit[]
}

const improvers: { readonly [Code in ImprovementCode]: Improver } = {
  'static-go': {
    title: 'build Go programs without cgo',
    comment: 'without cgo, to run where there is no C library',
    reason: 'a program that needs no C library runs in an empty image',
    proof: 'answers',
    find: (_, commands, { context }) => staticGo(commands, context),
  },
  'strip-go': {
    title: 'leave symbols, debug data and paths out of Go programs',
    comment: 'without symbols, debug data and paths',
    reason: 'about a third of the program, which stack traces do not need',
    proof: 'answers',
    find: (text, commands) => stripGo(text, commands),
  },
  'strip-rust': {
    title: 'strip Rust programs',
    comment: 'without symbols',
    reason: 'symbols are often the larger part of the program',
    proof: 'answers',
    find: (_, commands, { context }) => stripRust(commands, context),
  },
  'strip-c': {
    title: 'strip C and C++ programs',
    comment: 'without symbols and debug data',
    reason: 'nothing reads symbols and debug data when the program runs',
    proof: 'answers',
    find: (_, commands) => stripC(commands),
  },
  'no-development-packages': {
    title: 'leave packages out that only development needs',
    comment: 'without what only development needs',
    reason: 'compilers and test runners are often the larger part of what is installed',
    proof: 'answers',
    find: (text, commands, options) => withoutDevelopmentPackages(text, commands, options),
  },
  'dependencies-first': {
    title: 'install dependencies before the source is copied',
    comment: 'what dependencies need comes first: a change of the source does not install them again',
    reason: 'a change of the source does not install them again',
    proof: 'answers',
    find: (text, _, options) => mendCode(text, ['DependenciesAfterSource'], options),
  },
  'cache-mounts': {
    title: 'keep the caches of tools between builds',
    comment: 'with a cache that stays between builds, and out of the image',
    reason: 'what was downloaded or compiled once is there the next time, and in no layer',
    proof: 'build',
    find: (text, _, options) => mendCode(text, ['MissingCacheMount'], options),
  },
}

/** Finds what can be improved about the stages that the target takes. Pure; never throws for a text. */
export function improveBuild(text: string, options: ImproveOptions = {}): readonly BuildImprovement[] {
  return improvementCodes.flatMap((code) => improvementOf(code, text, options) ?? [])
}

/**
 * Applies some of what {@link improveBuild} found: each by itself, so that any of them can be left out. A comment above each changed
 * instruction says what was done.
 */
export function applyImprovements(
  text: string,
  chosen: readonly ImprovementCode[],
  options: ImproveOptions = {},
): string {
  const wanted = new Set(chosen)
  const improved: ImprovedText[] = []
  for (const code of improvementCodes) {
    const before = improved.at(-1)?.text ?? text
    const found = wanted.has(code) ? improvementOf(code, before, options) : undefined
    if (found === undefined) continue
    const { comment } = improvers[code]
    improved.push({ text: applyEdits(before, found.edits), comment, isSaidOnce: code === 'dependencies-first' })
  }
  return commentImprovements(text, improved)
}

/** A `.dockerignore` for a context that is copied as a whole, without what no build needs. Undefined where there is one, or no need. */
export function improveIgnoreFile(text: string, options: ImproveOptions): string | undefined {
  return proposeIgnoreFile(text, options)
}

function improvementOf(code: ImprovementCode, text: string, options: ImproveOptions): BuildImprovement | undefined {
  const { title, reason, proof, find } = improvers[code]
  const { document } = parseDockerfile(text)
  const edits = find(text, builtCommands(evaluateDockerfile(document, options)), options)
  return edits.length === 0 ? undefined : { code, title, reason, proof, edits }
}
