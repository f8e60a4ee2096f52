import assert from 'node:assert/strict'

type Json = Readonly<Record<string, unknown>>

/**
 * Whether a value fits a JSON Schema, as far as this repository's own schemas go: types, properties, items, patterns,
 * bounds, `anyOf` and references inside the document. A word that it does not know is an error, not a pass.
 */
export function fitsJsonSchema(value: unknown, schema: Json, root: Json = schema): boolean {
  return Object.entries(schema).every(([word, expected]) => {
    switch (word) {
      case '$schema':
      case '$defs':
      case 'title':
      case 'description':
        return true
      case '$ref':
        return fitsJsonSchema(value, lookUp(root, String(expected)), root)
      case 'type':
        return typeOf(value, expected === 'integer') === expected
      case 'anyOf':
        return list(expected).some((option) => fitsJsonSchema(value, object(option), root))
      case 'enum':
        return list(expected).includes(value)
      case 'minimum':
        return typeof value !== 'number' || value >= Number(expected)
      case 'maximum':
        return typeof value !== 'number' || value <= Number(expected)
      case 'minLength':
        return typeof value !== 'string' || value.length >= Number(expected)
      case 'pattern':
        return typeof value !== 'string' || new RegExp(String(expected), 'u').test(value)
      case 'items':
        return !Array.isArray(value) || value.every((item) => fitsJsonSchema(item, object(expected), root))
      case 'required':
        return !isObject(value) || list(expected).every((key) => Object.hasOwn(value, String(key)))
      case 'propertyNames':
        return !isObject(value) || Object.keys(value).every((key) => fitsJsonSchema(key, object(expected), root))
      case 'properties':
      case 'additionalProperties':
        return !isObject(value) || Object.entries(value).every(([key, item]) => fitsProperty(key, item, schema, root))
      default:
        return assert.fail(`the schema uses ${word}, which this check does not know`)
    }
  })
}

function fitsProperty(key: string, value: unknown, schema: Json, root: Json): boolean {
  const named = object(schema['properties'] ?? {})
  const rule = Object.hasOwn(named, key) ? named[key] : schema['additionalProperties']
  if (rule === undefined || rule === true) return true
  return rule !== false && fitsJsonSchema(value, object(rule), root)
}

function lookUp(root: Json, reference: string): Json {
  assert.ok(reference.startsWith('#/'), `${reference} is outside of the document`)
  return reference
    .slice(2)
    .split('/')
    .reduce((place, key) => object(place[key]), root)
}

function typeOf(value: unknown, wholeNumbers: boolean): string {
  if (Array.isArray(value)) return 'array'
  if (value === null) return 'null'
  return wholeNumbers && Number.isInteger(value) ? 'integer' : typeof value
}

function isObject(value: unknown): value is Json {
  return typeOf(value, false) === 'object'
}

function object(value: unknown): Json {
  assert.ok(isObject(value), 'the schema has something else where an object belongs')
  return value
}

function list(value: unknown): readonly unknown[] {
  assert.ok(Array.isArray(value), 'the schema has something else where a list belongs')
  return value
}
