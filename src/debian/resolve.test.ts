import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { resolvePackages, type ResolvedPackage } from './resolve.ts'
import { listed, refusal, resolve, resolved } from './testing/resolving.ts'

describe('what is chosen', () => {
  test('a package with all that it depends on, in the order of unpacking', async () => {
    const packages = [
      { Package: 'app', Depends: 'lib, tool', 'Pre-Depends': 'base' },
      { Package: 'base' },
      { Package: 'lib', Depends: 'libc' },
      { Package: 'libc' },
      { Package: 'other' },
      { Package: 'tool', Depends: 'lib' },
    ]
    assert.equal(await resolved(packages, 'app'), 'base libc lib tool app')
    assert.equal(await resolved(packages, 'lib, other'), 'libc lib other')
    assert.equal(await resolved(packages, 'app', { dependencies: 'none' }), 'app')
  })

  test('nothing for nothing', async () => {
    assert.deepEqual(resolvePackages({ sources: [], architecture: 'amd64', requests: [] }), [])
  })

  test('the newest version, unless a dependency or a request wants another', async () => {
    const packages = [
      { Package: 'lib', Version: '1' },
      { Package: 'lib', Version: '3' },
      { Package: 'lib', Version: '2' },
      { Package: 'old', Depends: 'lib (<< 3)' },
    ]
    assert.equal(await resolved(packages, 'lib'), 'lib=3')
    assert.equal(await resolved(packages, 'old'), 'lib=2 old')
    assert.equal(await resolved(packages, 'lib=1'), 'lib')
    assert.equal(await resolved(packages, 'lib=2*'), 'lib=2')
    assert.equal(await resolved(packages, 'lib (<= 2)'), 'lib=2')
  })

  test('a version that was passed over is named', async () => {
    const packages = [
      { Package: 'lib', Version: '1' },
      { Package: 'lib', Version: '2' },
      { Package: 'old', Depends: 'lib (<< 2)' },
    ]
    const found = await resolve(packages, ['old'])
    assert.deepEqual(
      found.map(({ record, passedOver }) => [record.name, passedOver]),
      [
        ['lib', '2'],
        ['old', undefined],
      ],
    )
  })

  test('another version of a package that was chosen before, where only that goes with the rest', async () => {
    const packages = [
      { Package: 'app', Depends: 'lib, plugin' },
      { Package: 'lib', Version: '2' },
      { Package: 'lib', Version: '1' },
      { Package: 'plugin', Depends: 'helper' },
      { Package: 'helper', Depends: 'lib (= 1)' },
    ]
    assert.equal(await resolved(packages, 'app'), 'lib helper plugin app')
  })

  test('the first alternative, unless another one is there anyway', async () => {
    const packages = [
      { Package: 'app', Depends: 'a | b' },
      { Package: 'a' },
      { Package: 'b' },
      { Package: 'deep', Depends: 'deeper' },
      { Package: 'deeper', Depends: 'c | d, b' },
      { Package: 'c' },
      { Package: 'missing', Depends: 'nowhere | b' },
    ]
    assert.equal(await resolved(packages, 'app'), 'a app')
    assert.equal(await resolved(packages, 'app, b'), 'b app')
    assert.equal(await resolved(packages, 'app, deep'), 'b app c deeper deep')
    assert.equal(await resolved(packages, 'missing'), 'b missing')
  })

  test('no package that turned out not to be needed', async () => {
    const packages = [
      { Package: 'app', Depends: 'a | b, x | y' },
      { Package: 'a' },
      { Package: 'b' },
      { Package: 'x', Depends: 'b' },
      { Package: 'y' },
    ]
    assert.equal(await resolved(packages, 'app'), 'b x app')
  })

  test('an alternative in another version only when no other alternative is possible', async () => {
    const packages = [
      { Package: 'app', Depends: 'a (<< 2) | b' },
      { Package: 'a', Version: '1' },
      { Package: 'a', Version: '2' },
      { Package: 'b' },
    ]
    assert.equal(await resolved(packages, 'app'), 'b app')
    assert.equal(await resolved(packages.slice(0, 3), 'app'), 'a app')
  })

  test('what provides a name: the most important one, then by name; with versions where they are asked for', async () => {
    const packages = [
      { Package: 'app', Depends: 'awk' },
      { Package: 'strict', Depends: 'awk (>= 2)' },
      { Package: 'gawk', Provides: 'awk', Priority: 'optional' },
      { Package: 'bawk', Provides: 'awk (= 1)', Priority: 'optional' },
      { Package: 'nawk', Provides: 'awk (= 2)', Priority: 'optional' },
      { Package: 'xawk', Provides: 'awk (= 3)', Priority: 'required' },
    ]
    assert.equal(await resolved(packages, 'app'), 'xawk app')
    assert.equal(await resolved(packages.slice(0, 5), 'app'), 'bawk app')
    assert.equal(await resolved(packages.slice(0, 5), 'strict'), 'nawk strict')
    assert.equal(await resolved(packages, 'app, gawk'), 'gawk app')
    assert.match(await refusal(packages.slice(0, 4), 'strict'), /gawk 1, which provides awk/)
  })

  test('a name that one package provides can be asked for', async () => {
    const packages = [
      { Package: 'gawk', Provides: 'awk, posix' },
      { Package: 'mawk', Provides: 'posix' },
    ]
    assert.equal(await resolved(packages, 'awk'), 'gawk')
    assert.equal(await refusal(packages, 'posix'), 'unknown-package: posix is a name that several packages provide')
  })

  test('Recommends only when told to, and only where they are possible', async () => {
    const packages = [
      { Package: 'app', Recommends: 'nice, nowhere, clash | other, sure', Depends: 'sure' },
      { Package: 'nice', Recommends: 'nicer' },
      { Package: 'nicer' },
      { Package: 'sure' },
      { Package: 'other' },
      { Package: 'clash', Depends: 'clash-data' },
      { Package: 'clash-data', Conflicts: 'sure' },
    ]
    assert.equal(await resolved(packages, 'app'), 'sure app')
    assert.equal(await resolved(packages, 'app', { recommends: true }), 'sure app nice nicer other')
  })

  test('what conflicts or breaks is avoided', async () => {
    const packages = [
      { Package: 'app', Depends: 'mta | fallback, lib' },
      { Package: 'mta' },
      { Package: 'fallback' },
      { Package: 'lib', Version: '2', Breaks: 'mta (<< 2)' },
      { Package: 'lib', Version: '1' },
    ]
    assert.equal(await resolved(packages, 'app'), 'fallback lib=2 app')
    assert.equal(await resolved(packages, 'app, mta'), 'lib mta app')
  })

  test('a package may conflict with a name that it provides itself', async () => {
    const packages = [
      { Package: 'postfix', Provides: 'mta', Conflicts: 'mta' },
      { Package: 'exim', Provides: 'mta' },
      { Package: 'app', Depends: 'mta' },
      { Package: 'self', Provides: 'virtual', Depends: 'virtual' },
    ]
    assert.equal(await resolved(packages, 'postfix, app'), 'postfix app')
    assert.match(
      await refusal(packages, 'postfix, exim'),
      /^unsatisfiable: exim, postfix cannot be installed together:/,
    )
    assert.equal(await resolved(packages, 'self'), 'self')
  })

  test('what is excluded counts as there, with what it provides', async () => {
    const packages = [
      { Package: 'app', Depends: 'perl (>= 9), awk, gone | lib, real' },
      { Package: 'perl', Depends: 'perl-modules' },
      { Package: 'perl-modules' },
      { Package: 'mawk', Provides: 'awk' },
      { Package: 'gawk', Provides: 'awk' },
      { Package: 'lib' },
      { Package: 'real', Conflicts: 'perl' },
    ]
    assert.equal(await resolved(packages, 'app', { exclude: ['perl', 'mawk', 'lib'] }), 'real app')
    assert.equal(
      await refusal(packages, 'perl, app', { exclude: ['perl'] }),
      'unknown-package: perl is both asked for and left out',
    )
  })
})

describe('reasons', () => {
  test('each package says who wants it, the shortest way first', async () => {
    const packages = [
      { Package: 'app', Depends: 'middle, lib | other' },
      { Package: 'middle', Depends: 'lib (>= 1)', 'Pre-Depends': 'deep' },
      { Package: 'deep', Depends: 'lib', Recommends: 'nice' },
      { Package: 'lib' },
      { Package: 'nice' },
    ]
    const found = await resolve(packages, ['app', 'deep'], { recommends: true })
    assert.deepEqual(Object.fromEntries(found.map(({ record, reasons }) => [record.name, reasons])), {
      app: [{ kind: 'request', text: 'app' }],
      deep: [
        { kind: 'request', text: 'deep' },
        { kind: 'pre-depends', by: 'middle', text: 'deep' },
      ],
      middle: [{ kind: 'depends', by: 'app', text: 'middle' }],
      lib: [
        { kind: 'depends', by: 'app', text: 'lib | other' },
        { kind: 'depends', by: 'deep', text: 'lib' },
        { kind: 'depends', by: 'middle', text: 'lib (>= 1)' },
      ],
      nice: [{ kind: 'recommends', by: 'deep', text: 'nice' }],
    })
  })
})

describe('order', () => {
  const place = (found: readonly ResolvedPackage[], name: string): number =>
    found.findIndex(({ record }) => record.name === name)

  test('a circle of Depends is cut where nothing needs to be unpacked before', async () => {
    const packages = [
      { Package: 'a', Depends: 'b' },
      { Package: 'b', Depends: 'c' },
      { Package: 'c', 'Pre-Depends': 'a' },
      { Package: 'z-first' },
      { Package: 'user', Depends: 'a', 'Pre-Depends': 'z-first' },
    ]
    const found = await resolve(packages, ['user'])
    assert.ok(place(found, 'a') < place(found, 'c'))
    assert.equal(listed(found), 'a c b z-first user')
  })

  test('a chain may be longer than a stack is deep', async () => {
    const length = 3000
    const packages = Array.from({ length }, (_, number) => ({
      Package: `p${number}`,
      Depends: number + 1 === length ? 'p0' : `p${number + 1}`,
    }))
    const found = await resolve(packages, ['p0'])
    assert.equal(found.length, length)
  })
})
