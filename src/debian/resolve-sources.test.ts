import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { sourceOf, type PackageFields } from './testing/archive.ts'
import { refusal, resolve, resolved, type Options } from './testing/resolving.ts'

describe('sources', () => {
  const packages = (version: string): readonly PackageFields[] => [
    { Package: 'app', Version: version, Depends: `lib (= ${version})` },
    { Package: 'lib', Version: version },
  ]

  test('the newest version of all sources of one priority is taken, else that of the highest priority', async () => {
    const stable = await sourceOf(packages('1'))
    const security = await sourceOf(packages('1.1'), { name: 'security' })
    const backports = await sourceOf(packages('2'), { name: 'backports', priority: 100 })
    const never = await sourceOf(packages('3'), { name: 'experimental', priority: -1 })
    const sources = [stable, security, backports, never]
    const options = { sources }
    assert.equal(await resolved([], 'app', options), 'lib=1.1 app=1.1')
    assert.equal(await resolved([], 'app', { sources: sources.toReversed() }), 'lib=1.1 app=1.1')
    assert.equal(await resolved([], 'app/backports', options), 'lib=2 app=2')
    assert.equal(await resolved([], 'app/stable', options), 'lib app')
    assert.equal(await resolved([], 'app (>> 1.1)', options), 'lib=2 app=2')
    assert.match(await refusal([], 'app=3', options), /^unknown-package: there is no app=3 for amd64/)
  })

  test('pins change the priority of a package, of a version, or of what a source has', async () => {
    const sources = [await sourceOf(packages('1')), await sourceOf(packages('2'), { name: 'backports' })]
    const pinned = (...pins: NonNullable<Options['pins']>): Promise<string> => resolved([], 'app', { sources, pins })
    assert.equal(await pinned(), 'lib=2 app=2')
    assert.equal(await pinned({ package: 'app', source: 'stable', priority: 900 }), 'lib app')
    assert.equal(await pinned({ package: '*', source: 'backports', priority: 1 }), 'lib app')
    assert.equal(await pinned({ package: 'a*', version: '2*', priority: -1 }), 'lib app')
    assert.equal(
      await pinned({ package: 'app', priority: 500 }, { package: '*', source: 'backports', priority: -1 }),
      'lib app',
    )
  })

  test('of two sources that have the same version, the one with the higher priority, then the first by name', async () => {
    const one = await sourceOf(packages('1'), { name: 'one' })
    const two = await sourceOf(packages('1'), { name: 'two' })
    const three = await sourceOf(packages('1'), { name: 'three', priority: 501 })
    const sourceNames = async (...sources: NonNullable<Options['sources']>): Promise<readonly string[]> =>
      (await resolve([], ['lib'], { sources })).map(({ source }) => source.index.title)
    assert.deepEqual(await sourceNames(two, one), ['one'])
    assert.deepEqual(await sourceNames(one, two), ['one'])
    assert.deepEqual(await sourceNames(one, two, three), ['three'])
  })
})

describe('architectures', () => {
  test('an architecture is like any other, and `all` is for each', async () => {
    const packages = [
      { Package: 'app', Architecture: 'arm64', Depends: 'lib, data, intel [amd64], arm [arm64]' },
      { Package: 'lib', Architecture: 'arm64' },
      { Package: 'arm', Architecture: 'arm64' },
      { Package: 'data', Architecture: 'all', Depends: 'lib' },
    ]
    assert.equal(await resolved(packages, 'app', { architecture: 'arm64' }), 'arm:arm64 lib:arm64 data app:arm64')
    assert.match(await refusal(packages, 'app'), /^unknown-package: there is no app for amd64/)
  })

  const mixed = [
    { Package: 'libc', 'Multi-Arch': 'same' },
    { Package: 'libc', Architecture: 'arm64', 'Multi-Arch': 'same' },
    { Package: 'lib', Architecture: 'arm64', Depends: 'libc, tool, script:any, data' },
    { Package: 'tool', 'Multi-Arch': 'foreign' },
    { Package: 'tool', Architecture: 'arm64', 'Multi-Arch': 'foreign' },
    { Package: 'script', 'Multi-Arch': 'allowed' },
    { Package: 'script', Architecture: 'arm64', 'Multi-Arch': 'allowed' },
    { Package: 'data', Architecture: 'all', 'Multi-Arch': 'foreign' },
    { Package: 'single' },
    { Package: 'single', Architecture: 'arm64' },
    { Package: 'any', Depends: 'single:any' },
    { Package: 'cross', Depends: 'single:arm64, libc:native' },
    { Package: 'narrow', Architecture: 'all', Depends: 'single' },
  ]

  test('packages of another one bring what is theirs, and use what is for all', async () => {
    assert.equal(await resolved(mixed, 'lib:arm64'), 'data libc:arm64 script tool lib:arm64')
    assert.equal(await resolved(mixed, 'lib:arm64, libc'), 'data libc:arm64 script tool lib:arm64 libc')
    assert.equal(await resolved(mixed, 'cross'), 'libc single:arm64 cross')
    assert.equal(await resolved(mixed, 'narrow'), 'single narrow')
  })

  test('a package that is not for several is there for one only', async () => {
    assert.match(
      await refusal(mixed, 'single, single:arm64'),
      /single 1 and single:arm64 1 cannot be installed together/,
    )
    assert.match(await refusal(mixed, 'any'), /any 1 depends on single:any/)
    assert.match(await refusal(mixed, 'narrow, cross'), /cannot be installed together/)
  })

  test('a package for several is there in one version', async () => {
    const packages = [
      { Package: 'libc', 'Multi-Arch': 'same', Version: '1' },
      { Package: 'libc', 'Multi-Arch': 'same', Version: '2' },
      { Package: 'libc', 'Multi-Arch': 'same', Version: '1', Architecture: 'arm64' },
    ]
    assert.equal(await resolved(packages, 'libc, libc:arm64'), 'libc libc:arm64')
    assert.match(await refusal(packages, 'libc=2, libc:arm64'), /libc/)
  })
})
