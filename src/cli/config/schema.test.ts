import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { safeParse } from 'valibot'
import { fitsJsonSchema } from '../../../test/support/json-schema.ts'
import { configurationSchema } from './schema.ts'

const published: unknown = JSON.parse(
  await readFile(new URL('../../../docs/config.schema.json', import.meta.url), 'utf8'),
)
assert.ok(typeof published === 'object' && published !== null)
const documentedSchema = { ...published }

function agree(value: unknown): void {
  const accepted = safeParse(configurationSchema, value).success
  assert.equal(fitsJsonSchema(value, documentedSchema), accepted, JSON.stringify(value))
}

const host = fc.constantFrom(
  'docker.io',
  'localhost:5000',
  '[::1]:5000',
  'a.example.com/hub',
  'https://a',
  'a b',
  '',
  '-a',
)
const size = fc.constantFrom<unknown>(1, 0, 1.5, -1, '10GB', '10 GiB', '1.5kB', '1.2345kB', 'GB', '10gb', true, null)
const count = fc.constantFrom<unknown>(0, 1, 6, 64, 65, 1.5, '6', null)
const truth = fc.constantFrom<unknown>(true, false, 'true', 1, null)
const path = fc.constantFrom<unknown>('a.pem', '', 3, null)
const optional = { requiredKeys: [] } satisfies { requiredKeys: never[] }

const server = { 'tls-verify': truth, 'ca-file': path, colour: fc.constant('red') }
const mirror = fc.oneof(host, fc.record({ location: host, ...server }, optional), fc.constantFrom<unknown>(null, 3, []))
const registry = fc.oneof(
  fc.record({ ...server, mirrors: fc.oneof(fc.array(mirror, { maxLength: 2 }), host) }, optional),
  fc.constantFrom<unknown>(null, 'x'),
)
const configuration = fc.record(
  {
    store: path,
    registries: fc.dictionary(host, registry, { maxKeys: 2 }),
    limits: fc.record(
      { transfers: count, layers: count, 'layer-entries': count, 'layer-size': size, more: size },
      optional,
    ),
    build: fc.oneof(fc.record({ 'ca-certificates': path, more: path }, optional), truth),
    'manifest-size': size,
  },
  optional,
)

describe('docs/config.schema.json', () => {
  test('accepts what the program accepts, and refuses what it refuses', () => {
    fc.assert(fc.property(configuration, agree), { numRuns: 2000 })
  })

  test('agrees on each setting by itself', () => {
    fc.assert(fc.property(size, (each) => agree({ limits: { 'layer-size': each } })))
    fc.assert(fc.property(size, (each) => agree({ limits: { 'manifest-size': each } })))
    fc.assert(fc.property(count, (each) => agree({ limits: { transfers: each } })))
    fc.assert(fc.property(path, (each) => agree({ store: each })))
    fc.assert(fc.property(mirror, (each) => agree({ registries: { 'docker.io': { mirrors: [each] } } })))
    fc.assert(fc.property(host, (each) => agree({ registries: { [each]: {} } })))
  })
})
