import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { digestOf } from '../../image/digest.ts'
import { formatReference, parseReference } from '../../image/reference.ts'
import { CliError } from '../errors.ts'
import { parseFilters, type ImageRow } from './filters.ts'

function row(name: string | undefined, created: string, labels: Readonly<Record<string, string>> = {}): ImageRow {
  const digest = digestOf(Buffer.from(`${name} ${created}`))
  return {
    name: name === undefined ? undefined : formatReference(parseReference(name)),
    reference: name === undefined ? undefined : parseReference(name),
    descriptor: { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 },
    summary: { kind: 'image', platforms: ['linux/amd64'], created, labels, configDigest: undefined },
    sizeBytes: 1,
  }
}

const rows = [
  row('node:20', '2024-01-01T00:00:00Z', { team: 'web' }),
  row('node:22', '2024-06-01T00:00:00Z', { team: 'core' }),
  row('localhost:5000/team/app:1', '2024-03-01T00:00:00Z'),
  row(undefined, '2024-02-01T00:00:00Z'),
]

function names(...filters: readonly string[]): readonly (string | undefined)[] {
  return parseFilters(filters)(rows).map((each) => each.name)
}

const [node20, node22, app] = ['docker.io/library/node:20', 'docker.io/library/node:22', 'localhost:5000/team/app:1']

describe('parseFilters', () => {
  const cases: readonly (readonly [filter: string, expected: readonly (string | undefined)[]])[] = [
    ['reference=node', [node20, node22]],
    ['reference=node:22', [node22]],
    ['reference=node:2?', [node20, node22]],
    ['reference=docker.io/library/*', [node20, node22]],
    ['reference=localhost:5000/*/app', [app]],
    ['reference=*/app', []],
    ['label=team', [node20, node22]],
    ['label=team=core', [node22]],
    ['dangling=true', [undefined]],
    ['dangling=false', [node20, node22, app]],
    ['before=node:22', [node20, app, undefined]],
    ['since=node:20', [node22, app, undefined]],
  ]
  for (const [filter, expected] of cases) test(filter, () => assert.deepEqual(names(filter), expected))

  test('wants all of several, and looks for before= among all images', () => {
    assert.deepEqual(names('reference=node', 'before=localhost:5000/team/app:1'), [node20])
  })

  test('says what is wrong with a filter', () => {
    const wrong = (filter: string, message: RegExp): void => {
      assert.throws(
        () => names(filter),
        (error) =>
          error instanceof CliError && error.code === 'wrong-usage' && message.test(`${error.message} ${error.hint}`),
      )
    }
    wrong('label', /NAME=VALUE/)
    wrong('lable=x', /Did you mean label\?/)
    wrong('dangling=maybe', /true or false/)
    wrong('before=nothing:1', /not among the images/)
  })
})
