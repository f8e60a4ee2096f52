import type { BuildContext, ContextEntry } from '../../build-context.ts'
import type { EvaluatedCopy } from '../../evaluated.ts'
import { parseIgnoreFile } from '../../ignore-file.ts'
import { createPathMatcher, type PathMatcher } from '../../path-matcher.ts'
import type { TextRange } from '../../text-range.ts'
import type { RuleInput } from '../rule.ts'
import { contextPath, ignoreMatcher } from './context-files.ts'
import { holdsSecret, isSecretFile, mayHoldSecret } from './secret-files.ts'
import { shippedSteps } from './shipped-steps.ts'

/** A COPY or ADD that takes the whole build context. */
export interface WholeCopy {
  readonly copy: EvaluatedCopy
  /** The source that means the context. */
  readonly range: TextRange
  /** Whether the image that is built has the layer. */
  readonly isShipped: boolean
}

/** Where the whole build context is copied, in stages that the build needs. */
export function wholeCopies(file: RuleInput): readonly WholeCopy[] {
  const shipped = new Set(shippedSteps(file))
  return file.stages.flatMap(({ isNeeded, steps }) =>
    steps.flatMap((step) => {
      const { evaluated, isOwn } = step
      if (!isNeeded || !isOwn || (evaluated.kind !== 'copy' && evaluated.kind !== 'add')) return []
      if (evaluated.fileSource !== undefined) return []
      const index = evaluated.sources.findIndex((source) => /^(?:\.?\/?\*|[./]+)$/.test(source) && isRoot(source))
      const range = evaluated.instruction.sources[index]?.range
      return range === undefined ? [] : [{ copy: evaluated, range, isShipped: shipped.has(step) }]
    }),
  )
}

/** `.`, `./`, `/`, and `*`, which takes all but what begins with a point on some builders, and all on BuildKit. */
function isRoot(source: string): boolean {
  return contextPath(source.replace(/\*$/, '')) === ''
}

/** Something in the context that an image has no use for. */
export interface UnwantedEntry {
  readonly path: string
  readonly why: 'secret' | 'history' | 'dependencies' | 'output' | 'tools'
}

/** Folders that are made anew by whoever builds, or that only people need, by name. */
const unwantedNames: ReadonlyMap<string, UnwantedEntry['why']> = new Map([
  ['.git', 'history'],
  ['.hg', 'history'],
  ['.svn', 'history'],
  ['node_modules', 'dependencies'],
  ['bower_components', 'dependencies'],
  ['.venv', 'dependencies'],
  ['__pycache__', 'output'],
  ['.pytest_cache', 'output'],
  ['.mypy_cache', 'output'],
  ['.ruff_cache', 'output'],
  ['.tox', 'output'],
  ['.next', 'output'],
  ['.nuxt', 'output'],
  ['.turbo', 'output'],
  ['.gradle', 'output'],
  ['.terraform', 'output'],
  ['.nyc_output', 'output'],
  ['.idea', 'tools'],
  ['.vscode', 'tools'],
  ['.vagrant', 'tools'],
])

/** Folders that are what they seem only beside a certain file. */
const namedBeside: readonly {
  readonly name: string
  readonly beside: RegExp
  readonly why: UnwantedEntry['why']
}[] = [
  { name: 'target', beside: /^(?:Cargo\.toml|pom\.xml|build\.sbt)$/, why: 'output' },
  { name: 'build', beside: /^(?:build\.gradle|build\.gradle\.kts)$/, why: 'output' },
  { name: 'obj', beside: /\.(?:cs|fs|vb)proj$/, why: 'output' },
  { name: '_build', beside: /^mix\.exs$/, why: 'output' },
  { name: 'deps', beside: /^mix\.exs$/, why: 'dependencies' },
]

/** Folders are looked at as deep as this: the parts of a repository with several packages. */
const depthMax = 3
const foldersMax = 500
const entriesMax = 20_000
const unwantedMax = 100

const secretBytesMax = 20_000

/** What a copy of everything takes along. */
const entriesOf = new WeakMap<BuildContext, readonly UnwantedEntry[]>()

/** What a copy of the whole context takes along and no image needs, secrets first. Nothing is looked for inside of what was found. */
export function unwantedEntries(context: BuildContext, copy: EvaluatedCopy): readonly UnwantedEntry[] {
  const entries = entriesOf.get(context) ?? findEntries(context)
  entriesOf.set(context, entries)
  if (copy.instruction.excludes.length === 0) return entries
  const leftOut = excludeMatcher(copy)
  return entries.filter(({ path }) => !leftOut.isMatched(path))
}

function findEntries(context: BuildContext): readonly UnwantedEntry[] {
  const leftOut = ignoreMatcher(context)
  const found: UnwantedEntry[] = []
  const waiting = [{ path: '', depth: 0 }]
  let looked = 0
  for (let count = 0; count < foldersMax && looked < entriesMax; count += 1) {
    const folder = waiting[count]
    if (folder === undefined) break
    const entries = (context.list(folder.path) ?? []).slice(0, entriesMax - looked)
    looked += entries.length
    const names = new Set(entries.map(({ name }) => name))
    for (const entry of entries) {
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`
      if (leftOut.isMatched(path)) continue
      const why = reasonFor(context, path, entry, names)
      if (why !== undefined) found.push({ path, why })
      else if (entry.kind === 'directory' && folder.depth + 1 < depthMax) {
        waiting.push({ path, depth: folder.depth + 1 })
      }
    }
  }
  const secrets = found.filter(({ why }) => why === 'secret')
  return [...secrets, ...found.filter(({ why }) => why !== 'secret')].slice(0, unwantedMax)
}

function reasonFor(
  context: BuildContext,
  path: string,
  { name, kind }: ContextEntry,
  siblings: ReadonlySet<string>,
): UnwantedEntry['why'] | undefined {
  if (kind === 'file') return isSecret(context, path) ? 'secret' : undefined
  // `.git` is a file in a submodule and in a work tree: it is small, and of no use either.
  if (kind !== 'directory') return undefined
  const beside = namedBeside.find(
    (each) => each.name === name && [...siblings].some((other) => each.beside.test(other)),
  )
  const isEnvironment =
    /^\.?v?env$/.test(name) && context.list(path)?.some((inner) => inner.name === 'pyvenv.cfg') === true
  return unwantedNames.get(name) ?? beside?.why ?? (isEnvironment ? 'dependencies' : undefined)
}

/** A key or a password, but not one that tests are made with. */
function isSecret(context: BuildContext, path: string): boolean {
  if (/(?:^|[/._-])(?:tests?|specs?|fixtures?|examples?|samples?|mocks?|testdata)(?:[/._-]|$)/i.test(path)) return false
  if (isSecretFile(path)) return true
  return mayHoldSecret(path) && holdsSecret(context.read(path, secretBytesMax) ?? '')
}

function excludeMatcher({ instruction }: EvaluatedCopy): PathMatcher {
  const lines = instruction.excludes.map(({ value }) => value).join('\n')
  return createPathMatcher(parseIgnoreFile(lines).patterns)
}

/** `.git, node_modules and 3 more` */
export function namesOf(entries: readonly UnwantedEntry[]): string {
  const shown = entries.slice(0, 3).map(({ path }) => path)
  const more = entries.length - shown.length
  const last = more > 0 ? `${more} more` : shown.pop()
  return shown.length === 0 ? (last ?? '') : `${shown.join(', ')} and ${last ?? ''}`
}
