import { compareText } from './compare-text.ts'
import { allOf, nothingDifferent, type Comparison } from './comparison.ts'
import { isVolatileNumber } from './volatile-text.ts'

/** A value as JSON.parse gives it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** Compares a document with those of several runs before: what differs among these at a path is masked there. */
export function compareJson(befores: readonly Json[], after: Json, path = '$'): Comparison {
  const kinds = new Set(befores.map(kindOf))
  if (!kinds.has(kindOf(after))) return different(path, befores[0], after)
  if (kinds.size > 1) return masked(path)
  if (typeof after === 'string') return compareText(path, befores.filter(isString), after)
  if (isList(after)) return compareLists(befores.filter(isList), after, path)
  if (isObject(after)) return compareObjects(befores.filter(isObject), after, path)
  if (typeof after === 'number' && isVolatileNumber(nameOf(path), after)) return masked(path)
  if (!isSame(befores)) return masked(path)
  return befores[0] === after ? nothingDifferent : different(path, befores[0], after)
}

type JsonObject = { readonly [name: string]: Json }

function compareObjects(befores: readonly JsonObject[], after: JsonObject, path: string): Comparison {
  const keySets = befores.map((before) => new Set(Object.keys(before)))
  const known = new Set(keySets.flatMap((keys) => [...keys]))
  const areSteady = keySets.every(({ size }) => size === known.size)
  const inner = [...known].map((name) => {
    const there = befores.filter((before) => Object.hasOwn(before, name)).map((before) => before[name] ?? null)
    const now = Object.hasOwn(after, name) ? after[name] : undefined
    if (now !== undefined) return compareJson(there, now, `${path}.${name}`)
    return there.length < befores.length ? masked(`${path}.${name}`) : different(`${path}.${name}`, there[0], undefined)
  })
  const added = Object.entries(after).filter(([name]) => !known.has(name))
  const more = added.map(([name, value]) =>
    areSteady ? different(`${path}.${name}`, undefined, value) : masked(`${path}.*`),
  )
  return allOf([...inner, ...more])
}

function compareLists(befores: readonly (readonly Json[])[], after: readonly Json[], path: string): Comparison {
  const [first = []] = befores
  if (!befores.every(({ length }) => length === first.length)) {
    const isGone = after.length === 0 && befores.every(({ length }) => length > 0)
    return isGone ? different(path, first, after) : masked(`${path}[]`)
  }
  if (after.length !== first.length) return different(`${path}.length`, first.length, after.length)
  if (isSame(befores)) return compareItems(befores, after, path)
  const sorted = befores.map(inOrder)
  if (!isSame(sorted)) return compareItems(befores, after, path)
  const { differences, masks } = compareItems(sorted, inOrder(after), path)
  return { differences, masks: [`${path}: the order of its items`, ...masks] }
}

function compareItems(befores: readonly (readonly Json[])[], after: readonly Json[], path: string): Comparison {
  return allOf(
    after.map((item, index) =>
      compareJson(
        befores.map((before) => before[index] ?? null),
        item,
        `${path}[${index}]`,
      ),
    ),
  )
}

function inOrder(list: readonly Json[]): readonly Json[] {
  return list.toSorted((one, other) => (jsonText(one) < jsonText(other) ? -1 : 1))
}

function isSame(values: readonly Json[]): boolean {
  const [first, ...others] = values.map(jsonText)
  return others.every((other) => other === first)
}

/** With sorted names. */
function jsonText(value: Json): string {
  return JSON.stringify(value, (_name, inner: Json) =>
    isObject(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  )
}

function different(path: string, before: Json | undefined, after: Json | undefined): Comparison {
  return { differences: [{ what: path, before: shown(before), after: shown(after) }], masks: [] }
}

function masked(path: string): Comparison {
  return { differences: [], masks: [path] }
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}

function nameOf(path: string): string {
  return (
    path
      .replaceAll(/\[\d+\]/g, '')
      .split('.')
      .at(-1) ?? ''
  )
}

function kindOf(value: Json): string {
  if (value === null) return 'null'
  return isList(value) ? 'list' : typeof value
}

function isString(value: Json): value is string {
  return typeof value === 'string'
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}
