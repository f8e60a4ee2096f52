import { posix } from 'node:path'
import type { BuildContext } from '../../build-context.ts'
import type { EvaluatedCopy } from '../../evaluated.ts'
import { parseIgnoreFile } from '../../ignore-file.ts'
import { createPathMatcher, type PathMatcher } from '../../path-matcher.ts'
import { isWithin, resolvePath } from './paths.ts'
import { isRemoteSource } from './remote-source.ts'
import type { Step } from './stage-facts.ts'

const matchers = new WeakMap<BuildContext, PathMatcher>()

/** What the ignore file of a context leaves out. Prepared once. */
export function ignoreMatcher(context: BuildContext): PathMatcher {
  const known = matchers.get(context)
  if (known !== undefined) return known
  const matcher = createPathMatcher(parseIgnoreFile(context.ignoreFile?.text ?? '').patterns)
  matchers.set(context, matcher)
  return matcher
}

/** A path of the context as {@link BuildContext} takes it: `./a//b/` is `a/b`, and `/` is the context itself. */
export function contextPath(path: string): string {
  return posix.join('/', path).replace(/^\/|\/$/g, '')
}

/** Whether a build gets a file or folder of the context: it is there, and no pattern leaves it out. */
export function isInContext(context: BuildContext, path: string): boolean {
  const clean = contextPath(path)
  if (clean === '') return true
  const folder = posix.dirname(clean)
  const name = posix.basename(clean)
  const isThere = context.list(folder === '.' ? '' : folder)?.some((entry) => entry.name === name) === true
  return isThere && !ignoreMatcher(context).isMatched(clean)
}

/** The beginning of a file of the image, as it was when it was copied. */
export interface CopiedText {
  readonly text: string
  readonly step: Step
  readonly copy: EvaluatedCopy
}

/**
 * The text of a file that the last COPY or ADD put to a path, out of the build context or a here-document. Undefined where something
 * else put it there, where the context is not known, and where it cannot be read.
 *
 * @param path Absolute and normal.
 */
export function copiedText(
  steps: readonly Step[],
  path: string,
  context: BuildContext | undefined,
  bytesMax: number,
): CopiedText | undefined {
  for (const step of steps.toReversed()) {
    const { evaluated } = step
    if (evaluated.kind !== 'copy' && evaluated.kind !== 'add') continue
    const folder = resolvePath(step.workingDirectory, evaluated.destination)
    if (folder === undefined) return undefined
    const destination = folder.length > 1 ? folder.replace(/\/$/, '') : folder
    if (!isWithin(path, destination)) continue
    const inline = evaluated.inlineFiles.find(
      ({ name }) => path === destination || path === posix.join(destination, name),
    )
    if (inline !== undefined) return { text: inline.content.slice(0, bytesMax), step, copy: evaluated }
    if (evaluated.fileSource !== undefined) {
      if (isWithin(path, destination) && path !== destination && evaluated.sources.length > 0) return undefined
      if (path === destination) return undefined
      continue
    }
    const text = context === undefined ? undefined : textOf(evaluated, path, destination, context, bytesMax)
    if (text !== undefined) return { text, step, copy: evaluated }
  }
  return undefined
}

function textOf(
  { sources, destination: written }: EvaluatedCopy,
  path: string,
  destination: string,
  context: BuildContext,
  bytesMax: number,
): string | undefined {
  const inside = path === destination ? '' : path.slice(destination === '/' ? 1 : destination.length + 1)
  for (const source of sources) {
    if (isRemoteSource(source)) continue
    const clean = contextPath(source)
    const candidates = [
      // A folder's content.
      ...(inside === '' ? [] : [posix.join(clean, inside)]),
      // A file in a folder, and a file by another name.
      ...(inside !== '' && !inside.includes('/') && nameMatches(clean, inside)
        ? [posix.join(posix.dirname(clean), inside)]
        : []),
      ...(inside === '' && !written.endsWith('/') && !/[*?[]/.test(clean) ? [clean] : []),
    ]
    for (const candidate of candidates) {
      const text = isInContext(context, candidate) ? context.read(contextPath(candidate), bytesMax) : undefined
      if (text !== undefined) return text
    }
  }
  return undefined
}

function nameMatches(source: string, name: string): boolean {
  const pattern = posix.basename(source)
  return (
    pattern === name || (/[*?[]/.test(pattern) && createPathMatcher([{ pattern, isException: false }]).isMatched(name))
  )
}
