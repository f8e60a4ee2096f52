import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { safeParse } from 'valibot'
import { fitsJsonSchema } from '../../test/support/json-schema.ts'
import { builtInRecipes } from './built-in-recipes.ts'
import { recipeSchema } from './recipe-schema.ts'

const published: unknown = JSON.parse(await readFile(new URL('../../docs/recipe.schema.json', import.meta.url), 'utf8'))
assert.ok(typeof published === 'object' && published !== null)
const documentedSchema = { ...published }

function agree(value: unknown): void {
  const accepted = safeParse(recipeSchema, value).success
  assert.equal(fitsJsonSchema(value, documentedSchema), accepted, JSON.stringify(value))
}

const optional = { requiredKeys: [] } satisfies { requiredKeys: never[] }
// Without the empty list, which the program takes for an empty map.
const odd = fc.constantFrom<unknown>(null, 0, 1.5, true, '', 'x', ['x'], [''], [3], {}, { x: 'y' })
const text = fc.oneof(fc.constantFrom<unknown>('trixie', 'amd64', 'a b'), odd)
const texts = fc.oneof(fc.constantFrom<unknown>([], ['a'], ['a', 'b'], [['a']]), odd)
const path = fc.oneof(fc.constantFrom<unknown>('/a', '/a/b', '//a', 'a/b', '/', '/a\0b', '/a\nb'), odd)
const mode = fc.oneof(fc.constantFrom<unknown>('0755', '755', '0800', '75', '01777', 755), odd)
const owner = fc.oneof(fc.constantFrom<unknown>('0:0', '65532:65532', '0', 'root:root', '0:0:0'), odd)
const name = fc.oneof(fc.constantFrom<unknown>('app', '_apt', 'App', 'a'.repeat(32), 'a:b'), odd)
const id = fc.oneof(fc.constantFrom<unknown>(0, 65_532, 4_294_967_294, 4_294_967_295, -1), odd)

const values: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  description: text,
  extends: text,
  suite: text,
  architecture: fc.oneof(text, texts),
  mirror: fc.oneof(text, texts),
  'security-mirror': fc.oneof(text, texts),
  keyring: fc.oneof(text, texts),
  components: texts,
  pockets: fc.oneof(fc.constantFrom<unknown>(['updates'], ['security', 'backports'], ['other']), odd),
  // What packages are called is checked by the program alone.
  packages: fc.oneof(fc.constantFrom<unknown>([], ['nodejs'], ['nodejs', 'tzdata'], [['nodejs']], [3], 'nodejs', null)),
  essential: odd,
  dependencies: fc.oneof(fc.constantFrom<unknown>('full', 'none', 'some'), odd),
  recommends: odd,
  pins: fc.oneof(
    fc.array(fc.record({ package: text, version: text, source: text, priority: id, more: text }, optional), {
      maxLength: 2,
    }),
    odd,
  ),
  exclude: fc.oneof(fc.record({ packages: texts, paths: texts, more: texts }, optional), odd),
  files: fc.oneof(
    fc.array(fc.record({ path, content: text, source: text, mode, owner, more: text }, optional), { maxLength: 2 }),
    odd,
  ),
  links: fc.oneof(fc.dictionary(fc.constantFrom('/a', '/b/c', 'd', '//e'), text, { maxKeys: 2 }), odd),
  directories: fc.oneof(
    fc.array(fc.oneof(path, fc.record({ path, mode, owner, more: text }, optional)), { maxLength: 2 }),
    odd,
  ),
  users: fc.oneof(
    fc.array(fc.record({ name, uid: id, gid: id, home: path, shell: path, comment: text, more: text }, optional), {
      maxLength: 2,
    }),
    odd,
  ),
  groups: fc.oneof(
    fc.array(fc.record({ name, gid: id, members: fc.array(name), more: text }, optional), { maxLength: 2 }),
    odd,
  ),
  environment: fc.oneof(fc.dictionary(fc.constantFrom('PATH', 'a.b', '1A', 'A=B', ''), text, { maxKeys: 2 }), odd),
  'working-directory': path,
  entrypoint: texts,
  command: texts,
  user: text,
  labels: fc.oneof(fc.dictionary(fc.constantFrom('a', 'b.c', ''), text, { maxKeys: 2 }), odd),
  ports: fc.oneof(fc.constantFrom<unknown>(['8080'], ['53/udp'], ['80/icmp'], ['123456'], [8080]), odd),
  'stop-signal': text,
  scripts: fc.oneof(fc.constantFrom<unknown>('none', 'run', 'yes'), odd),
}

describe('docs/recipe.schema.json', () => {
  test('accepts what the program accepts, and refuses what it refuses, for each key by itself', () => {
    for (const [key, value] of Object.entries(values)) {
      fc.assert(
        fc.property(value, (each) => agree({ [key]: each })),
        { numRuns: 200 },
      )
    }
  })

  test('knows the same keys as the program', () => {
    assert.deepEqual(Object.keys(values), Object.keys(recipeSchema.entries))
    fc.assert(fc.property(odd, (each) => agree({ packages: ['nodejs'], more: each })))
    fc.assert(fc.property(odd, agree))
  })

  test('accepts every recipe that comes with wherry', () => {
    for (const [name, recipe] of builtInRecipes) {
      assert.ok(safeParse(recipeSchema, recipe).success, name)
      assert.ok(fitsJsonSchema(recipe, documentedSchema), name)
    }
  })
})
