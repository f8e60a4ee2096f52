import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { ImageError } from './errors.ts'
import { familiarReference, formatReference, parseReference, parseRepository } from './reference.ts'

const digest = `sha256:${'a'.repeat(64)}`
const digest512 = `sha512:${'b'.repeat(128)}`

const normalForms: readonly (readonly [given: string, full: string, familiar: string])[] = [
  ['node', 'docker.io/library/node:latest', 'node:latest'],
  ['node:22', 'docker.io/library/node:22', 'node:22'],
  ['library/node:22', 'docker.io/library/node:22', 'node:22'],
  ['me/app', 'docker.io/me/app:latest', 'me/app:latest'],
  ['docker.io/node', 'docker.io/library/node:latest', 'node:latest'],
  ['index.docker.io/me/app:1', 'docker.io/me/app:1', 'me/app:1'],
  ['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
  ['localhost:5000/a/b:1', 'localhost:5000/a/b:1', 'localhost:5000/a/b:1'],
  ['[::1]:5000/a:1', '[::1]:5000/a:1', '[::1]:5000/a:1'],
  ['127.0.0.1/a', '127.0.0.1/a:latest', '127.0.0.1/a:latest'],
  ['ghcr.io/o/r/deep/path:v1.2-rc.1', 'ghcr.io/o/r/deep/path:v1.2-rc.1', 'ghcr.io/o/r/deep/path:v1.2-rc.1'],
  [`node@${digest}`, `docker.io/library/node@${digest}`, `node@${digest}`],
  [`node:22@${digest}`, `docker.io/library/node:22@${digest}`, `node:22@${digest}`],
  [`r.example/a@${digest512}`, `r.example/a@${digest512}`, `r.example/a@${digest512}`],
  ['a-b_c__d/f---g.h', 'docker.io/a-b_c__d/f---g.h:latest', 'a-b_c__d/f---g.h:latest'],
  ['docker.io/a.b/c', 'docker.io/a.b/c:latest', 'docker.io/a.b/c:latest'],
  ['Registry/app', 'Registry/app:latest', 'Registry/app:latest'],
]

const refused: readonly (readonly [given: string, reason: RegExp])[] = [
  ['', /empty/],
  ['Node', /lower case/],
  ['me/App', /lower case/],
  ['a//b', /empty/],
  ['/a', /empty/],
  ['a/', /empty/],
  ['a___b', /no part/],
  ['-a', /no part/],
  ['a..b', /no part/],
  ['a:', /tag/],
  ['a:-b', /tag/],
  [`a:${'x'.repeat(129)}`, /tag/],
  ['a@sha256:abc', /digest/],
  [`a@sha256:${'A'.repeat(64)}`, /digest/],
  [`a@md5:${'a'.repeat(32)}`, /digest/],
  ['reg_istry.example/a', /not a registry/],
  ['host:port/a', /not a registry/],
  ['host:123456/a', /not a registry/],
  ['a b', /no part/],
  ['a\n', /no part/],
  [`${'a/'.repeat(200)}b`, /longer than 255/],
  ['http://host/a', /./],
  ['../a', /./],
]

describe('a reference', () => {
  for (const [given, full, familiar] of normalForms) {
    test(`${given} is ${full}`, () => {
      const reference = parseReference(given)
      assert.equal(formatReference(reference), full)
      assert.equal(familiarReference(reference), familiar)
    })
  }

  for (const [given, reason] of refused) {
    test(`${JSON.stringify(given.slice(0, 40))} is refused, and why is said`, () => {
      assert.throws(
        () => parseReference(given),
        (error) => error instanceof ImageError && error.code === 'bad-name' && reason.test(error.message),
      )
    })
  }

  test('a repository in capitals is answered with the name in lower case', () => {
    assert.throws(() => parseReference('me/App'), { hint: 'Did you mean me/app?' })
    assert.throws(() => parseReference('localhost:5000/App:RC'), { hint: 'Did you mean localhost:5000/app:RC?' })
  })

  test('a repository has no tag and no digest', () => {
    assert.deepEqual(parseRepository('node'), { registry: 'docker.io', repository: 'library/node' })
    assert.throws(() => parseRepository('node:22'), /no tag/)
    assert.throws(() => parseRepository(`node@${digest}`), /no tag/)
  })
})

const component = fc.stringMatching(/^[a-z0-9]{1,8}(?:(?:\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/)
const reference = fc.record({
  registry: fc.constantFrom('docker.io', 'localhost', 'localhost:5000', 'r.example', '[::1]:80', 'Reg'),
  path: fc.array(component, { minLength: 1, maxLength: 4 }),
  tag: fc.option(fc.stringMatching(/^\w[\w.-]{0,20}$/), { nil: undefined }),
  digest: fc.constantFrom(undefined, `sha256:${'0123456789abcdef'.repeat(4)}` as const),
})

describe('any reference', () => {
  test('its full and its familiar form mean the same reference', () => {
    fc.assert(
      fc.property(reference, ({ registry, path, tag, digest }) => {
        const repository = registry === 'docker.io' && path.length === 1 ? `library/${path[0]}` : path.join('/')
        const named = tag === undefined && digest === undefined ? 'latest' : tag
        const value = { registry, repository, tag: named, digest }
        assert.deepEqual(parseReference(formatReference(value)), value)
        assert.deepEqual(parseReference(familiarReference(value)), value)
      }),
    )
  })

  test('arbitrary text is read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[a-zA-Z0-9:@/._[\]-]*$/)), (text) => {
        try {
          const value = parseReference(text)
          assert.deepEqual(parseReference(formatReference(value)), value)
        } catch (error) {
          assert.ok(error instanceof ImageError, String(error))
          assert.equal(error.code, 'bad-name')
        }
      }),
    )
  })
})
