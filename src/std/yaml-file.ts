import { getDotPath, safeParse, type BaseIssue, type GenericSchema, type InferOutput } from 'valibot'
import { isMap, isNode, isScalar, isSeq, parseDocument, type Node } from 'yaml'
import { nearest } from './nearest.ts'

/** What is wrong with a YAML file of a user's, and where: offsets in its text. */
export interface YamlProblem {
  readonly message: string
  readonly hint?: string | undefined
  readonly start: number
  readonly end: number
}

/**
 * Reads a YAML file that must fit a schema. The first thing that is wrong is told with its place: a mistake in the YAML, a value
 * that does not fit, or a key that nobody knows, with the one that was probably meant.
 */
export function readYaml<Schema extends GenericSchema>(
  text: string,
  schema: Schema,
): { readonly value: InferOutput<Schema> } | { readonly problem: YamlProblem } {
  const document = parseDocument(text, { prettyErrors: false })
  const syntaxError = document.errors[0]
  if (syntaxError !== undefined) {
    const [start, end] = syntaxError.pos
    return { problem: { message: syntaxError.message, start, end } }
  }
  const values: unknown = document.toJS({ maxAliasCount: aliasesMax }) ?? {}
  const result = safeParse(schema, values, { abortEarly: true })
  if (result.success) return { value: result.output }
  return { problem: locate(document.contents, result.issues[0], schema) }
}

/** Aliases that hold aliases grow without bound otherwise. */
const aliasesMax = 100

/** Finds the place in the source that a failed check is about. */
function locate(contents: unknown, issue: BaseIssue<unknown>, schema: GenericSchema): YamlProblem {
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
  const known = [...new Set(knownKeys(schema, keys.slice(0, -1).map(String)))]
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

/** The keys that a schema knows at a path. */
function knownKeys(schema: unknown, path: readonly string[]): readonly string[] {
  if (!isObject(schema)) return []
  const { entries, wrapped, value, item, options } = schema
  if (isObject(wrapped)) return knownKeys(wrapped, path)
  if (Array.isArray(options)) return options.flatMap((option) => knownKeys(option, path))
  const [key, ...rest] = path
  if (isObject(entries)) return key === undefined ? Object.keys(entries) : knownKeys(entries[key], rest)
  return key === undefined ? [] : knownKeys(value ?? item, rest)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Where the value at a path stands in the text of a YAML file; undefined where there is no such value. */
export function findYamlValue(
  text: string,
  path: readonly (string | number)[],
): { readonly start: number; readonly end: number } | undefined {
  const node = parseDocument(text, { prettyErrors: false }).getIn(path, true)
  const range = isNode(node) ? node.range : undefined
  return range === undefined || range === null ? undefined : { start: range[0], end: range[1] }
}
