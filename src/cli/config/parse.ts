import { getDotPath, safeParse, type BaseIssue } from 'valibot'
import { isMap, isNode, isScalar, isSeq, parseDocument, type Node } from 'yaml'
import { nearest } from '../../std/nearest.ts'
import { positionOf, sourceExcerpt } from '../../std/source-excerpt.ts'
import { CliError } from '../errors.ts'
import { configurationSchema, type ConfigurationFile } from './schema.ts'

interface Mistake {
  readonly message: string
  readonly hint?: string | undefined
  readonly start: number
  readonly end: number
}

/**
 * Reads the text of a configuration file.
 *
 * @param path for messages.
 * @throws CliError `bad-configuration` with file, line, column, the line itself and a caret.
 */
export function parseConfiguration(text: string, path: string): ConfigurationFile {
  const document = parseDocument(text, { prettyErrors: false })
  const syntaxError = document.errors[0]
  if (syntaxError !== undefined) {
    const [start, end] = syntaxError.pos
    return fail(text, path, { message: syntaxError.message, start, end })
  }
  const result = safeParse(configurationSchema, document.toJS() ?? {}, { abortEarly: true })
  if (result.success) return result.output
  return fail(text, path, locate(document.contents, result.issues[0]))
}

function fail(text: string, path: string, mistake: Mistake): never {
  const { line, column } = positionOf(text, mistake.start)
  const excerpt = sourceExcerpt(text, mistake.start, mistake.end)
  throw new CliError('bad-configuration', `${path}:${line}:${column}: ${mistake.message}\n${excerpt}`, {
    hint: mistake.hint ?? 'docs/config.schema.json lists what may stand there.',
  })
}

/** Finds the place in the source that a failed check is about. */
function locate(contents: unknown, issue: BaseIssue<unknown>): Mistake {
  const inner = deepestIssue(issue)
  const keys = (inner.path ?? []).map((item) => item.key)
  const name = getDotPath(inner) ?? ''
  const unknownKey = inner.type === 'strict_object' && inner.expected === 'never'
  const aboutKey = unknownKey || inner.path?.at(-1)?.origin === 'key'
  const [start, end] = nodeAt(contents, keys, aboutKey)?.range ?? [0, 0]
  // The checks take a list for an object with the keys 0, 1, ….
  if (unknownKey && isSeq(nodeAt(contents, keys.slice(0, -1), false))) {
    return { message: `${name.replace(/\.?[^.]*$/, '') || 'the file'}: must be a map, not a list`, start, end }
  }
  if (!unknownKey) return { message: `${name === '' ? '' : `${name}: `}${inner.message}`, start, end }
  const known = knownKeys(keys.slice(0, -1))
  const meant = nearest(String(keys.at(-1)), known)
  const hint = meant === undefined ? `Known here: ${known.join(', ')}.` : `Did you mean ${meant}?`
  return { message: `${name}: unknown key`, hint, start, end }
}

/** Of a value that may be of several kinds: what is wrong with it as the kind that it is nearest to. */
function deepestIssue(issue: BaseIssue<unknown>): BaseIssue<unknown> {
  const inner = issue.issues?.find((candidate) => candidate.path !== undefined)
  if (inner === undefined) return issue
  const deepest = deepestIssue(inner)
  const path = [...(issue.path ?? []), ...(deepest.path ?? [])]
  const [first, ...rest] = path
  return first === undefined ? deepest : { ...deepest, path: [first, ...rest] }
}

/** The node at a path, or the last one on the way to it. */
function nodeAt(contents: unknown, keys: readonly unknown[], keyItself: boolean): Node | undefined {
  let node = isNode(contents) ? contents : undefined
  for (const [index, key] of keys.entries()) {
    const next = childOf(node, key, keyItself && index === keys.length - 1)
    if (next === undefined) break
    node = next
  }
  return node
}

function childOf(node: Node | undefined, key: unknown, keyItself: boolean): Node | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key))
    const wanted = keyItself ? pair?.key : (pair?.value ?? pair?.key)
    return isNode(wanted) ? wanted : undefined
  }
  if (!isSeq(node) || typeof key !== 'number') return undefined
  const item = node.items[key]
  return isNode(item) ? item : undefined
}

/** The keys that may stand at a place. */
function knownKeys(path: readonly unknown[]): readonly string[] {
  const { store, registries, limits } = configurationSchema.entries
  const registry = registries.wrapped.value.entries
  if (path.length === 0) return Object.keys({ store, registries, limits })
  if (path[0] === 'limits') return Object.keys(limits.wrapped.entries)
  if (path.length === 2) return Object.keys(registry)
  return ['location', 'tls-verify', 'ca-file']
}
