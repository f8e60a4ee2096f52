import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { DebianError } from './errors.ts'
import type { PackageRecord } from './package-record.ts'
import type { PackageSource } from './package-source.ts'
import { resolvePackages, type ResolvedPackage } from './resolve.ts'
import { problemsOf, requestsFor, sourceOf, type PackageFields } from './testing/archive.ts'

/** Archives small enough to try every set of packages, and with enough relations for trouble. */
const name = fc.constantFrom('a', 'b', 'c', 'd')
const relation = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'd', 'v'), fc.constantFrom('', '', ' (>= 2)', ' (= 1)', ' (<< 2)'))
  .map(([target, version]) => target + version)
const field = fc
  .array(
    fc.array(relation, { minLength: 1, maxLength: 2 }).map((alternatives) => alternatives.join(' | ')),
    { maxLength: 2 },
  )
  .map((groups) => groups.join(', '))
const plainField = fc.oneof({ weight: 2, arbitrary: fc.constant('') }, relation)
const packages: fc.Arbitrary<readonly PackageFields[]> = fc.uniqueArray(
  fc
    .tuple(
      name,
      fc.constantFrom('1', '2'),
      field,
      field,
      plainField,
      plainField,
      fc.constantFrom('', '', 'v', 'v (= 2)'),
    )
    .map(([Package, Version, depends, preDepends, conflicts, breaks, provides]) => ({
      ...{ Package, Version, Depends: depends, Provides: provides },
      ...{ 'Pre-Depends': preDepends, Conflicts: conflicts, Breaks: breaks },
    })),
  { minLength: 1, maxLength: 8, selector: (fields) => `${fields.Package} ${fields.Version}` },
)

function tryResolve(
  sources: readonly PackageSource[],
  names: readonly string[],
): readonly ResolvedPackage[] | DebianError {
  try {
    return resolvePackages({ sources, architecture: 'amd64', requests: requestsFor(...names) })
  } catch (error) {
    if (error instanceof DebianError) return error
    throw error
  }
}

/** By looking at each set of packages. */
function isPossible(records: readonly PackageRecord[], names: readonly string[]): boolean {
  return Array.from({ length: 2 ** records.length }).some((_, bits) => {
    const some = records.filter((__, at) => ((bits >> at) & 1) === 1)
    return names.every((wanted) => some.some((one) => one.name === wanted)) && problemsOf(some).length === 0
  })
}

function described(result: readonly ResolvedPackage[] | DebianError): unknown {
  if (result instanceof DebianError) return result.message
  return result.map(({ record, reasons }) => [record.name, record.version, reasons])
}

describe('resolvePackages', () => {
  test('finds packages that go together exactly where there are some', async () => {
    await fc.assert(
      fc.asyncProperty(packages, fc.uniqueArray(name, { minLength: 1, maxLength: 2 }), async (list, wanted) => {
        const source = await sourceOf(list)
        const names = wanted.filter((one) => list.some((fields) => fields.Package === one))
        const records = ['a', 'b', 'c', 'd'].flatMap((one) => source.index.packages(one))
        const result = tryResolve([source], names)
        if (result instanceof DebianError) {
          assert.equal(result.code, 'unsatisfiable')
          assert.ok(!isPossible(records, names), result.message)
          return
        }
        const chosen = result.map(({ record }) => record)
        assert.deepEqual(problemsOf(chosen), [])
        for (const one of names) assert.ok(chosen.some((record) => record.name === one))
        for (const { reasons } of result) assert.ok(reasons.length > 0)
      }),
      { numRuns: 3000 },
    )
  })

  test('gives the same whatever the order of packages, sources and requests', async () => {
    const twoLists = fc.tuple(packages, packages, fc.infiniteStream(fc.nat(1000)), fc.subarray(['a', 'b', 'c', 'd']))
    await fc.assert(
      fc.asyncProperty(twoLists, async ([one, two, chance, wanted]) => {
        const shuffled = <Value>(values: readonly Value[]): readonly Value[] =>
          values
            .map((value) => ({ value, rank: chance.next().value ?? 0 }))
            .toSorted((a, b) => a.rank - b.rank)
            .map(({ value }) => value)
        const sources = [await sourceOf(one, { name: 'one' }), await sourceOf(two, { name: 'two' })]
        const others = [await sourceOf(shuffled(two), { name: 'two' }), await sourceOf(shuffled(one), { name: 'one' })]
        const names = wanted.filter((wish) => [...one, ...two].some((fields) => fields.Package === wish))
        assert.deepEqual(described(tryResolve(others, shuffled(names))), described(tryResolve(sources, names)))
      }),
      { numRuns: 1000 },
    )
  })

  test('puts each package behind what it depends on, where nothing goes in a circle', async () => {
    const names = Array.from({ length: 8 }, (_, number) => `p${number}`)
    // Each depends on later ones only.
    const list = fc.tuple(...names.map((_, at) => fc.subarray(names.slice(at + 1)))).map((targets) =>
      targets.map((some, at) => ({
        Package: `p${at}`,
        [at % 2 === 0 ? 'Depends' : 'Pre-Depends']: some.join(', '),
      })),
    )
    await fc.assert(
      fc.asyncProperty(list, async (fields) => {
        const result = resolvePackages({
          sources: [await sourceOf(fields)],
          architecture: 'amd64',
          requests: requestsFor('p0', 'p1'),
        })
        const seen = new Set<string>()
        for (const { record } of result) {
          const { depends, preDepends } = record.relations
          for (const one of [...depends, ...preDepends].flat()) assert.ok(seen.has(one.name))
          seen.add(record.name)
        }
      }),
    )
  })
})
