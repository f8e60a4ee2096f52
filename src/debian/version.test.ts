import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { compareVersions, parseVersion, versionProblem } from './version.ts'

const tokens = ['0', '1', '10', '01', '9', 'a', 'b', 'A', 'Z', '.', '+', '~', '~~', 'rc', 'deb12u1']
const part = fc.array(fc.constantFrom(...tokens), { maxLength: 6 }).map((list) => list.join(''))
const version = fc
  .tuple(fc.constantFrom('', '', '0:', '1:', '10:'), part, fc.constantFrom('', '-1', '-0', '-'), part)
  .map(([epoch, upstream, hyphen, revision]) => `${epoch}1${upstream}${hyphen}${revision}`)
  .filter((text) => parseVersion(text) !== undefined)

describe('parseVersion', () => {
  test('takes epoch, upstream version and revision apart', () => {
    assert.deepEqual(parseVersion('2:1.2-rc-3~deb12u1'), { epoch: 2, upstream: '1.2-rc', revision: '3~deb12u1' })
    assert.deepEqual(parseVersion('1.0'), { epoch: 0, upstream: '1.0', revision: '' })
    assert.deepEqual(parseVersion('1:2:3'), { epoch: 1, upstream: '2:3', revision: '' })
  })

  const wrong = {
    '': 'it is empty',
    'a:1': 'its epoch, before the colon, is not a number',
    ':1': 'its epoch, before the colon, is not a number',
    '4294967296:1': 'its epoch is more than 2147483647',
    '1:': 'it has no upstream version',
    '-1': 'it has no upstream version',
    'v1.0': 'its upstream version does not begin with a digit',
    '1.0 2': "the character ' ' has no place in it",
    '1.0-1:2': 'its epoch, before the colon, is not a number',
    '1.0_2': "the character '_' has no place in it",
    '1😀': "the character '😀' has no place in it",
    '1.0-': 'nothing follows the hyphen',
  }
  for (const [text, problem] of Object.entries(wrong)) {
    test(`refuses '${text}'`, () => {
      assert.equal(parseVersion(text), undefined)
      assert.equal(versionProblem(text), problem)
    })
  }
})

describe('compareVersions', () => {
  const ascending = [
    '0~~',
    '0~~a',
    '0~',
    '0',
    '0a',
    '0+',
    '1.0~rc1-1',
    '1.0-1~bpo12+1',
    '1.0-1',
    '1.0-1+b1',
    '1.0-1+deb12u2',
    '1.0-1.1',
    '1.0-2',
    '1.0-10',
    '1.0a',
    '1.0+dfsg-1',
    '1.0.1',
    '1.9',
    '1.10',
    '20240101',
    '100000000000000000000000000000001',
    '100000000000000000000000000000002',
    '1:0.1',
    '2:0~',
  ]

  test('orders as Debian Policy says', () => {
    const shuffled = ascending.toSorted()
    assert.deepEqual(shuffled.toSorted(compareVersions), ascending)
  })

  test('numbers are equal by value, and what is left out is 0', () => {
    for (const [a, b] of [
      ['1.0', '0:1.0'],
      ['1.0', '1.0-0'],
      ['1.01', '1.1'],
      ['1.0', '1.'],
      ['1-00', '1'],
    ] as const) {
      assert.equal(compareVersions(a, b), 0, `${a} and ${b}`)
    }
  })

  test('is a total order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        assert.equal(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0)
        assert.equal(compareVersions(a, a), 0)
        const [low, middle, high] = [a, b, c].toSorted(compareVersions)
        assert.ok(low !== undefined && middle !== undefined && high !== undefined)
        assert.ok(compareVersions(low, middle) <= 0 && compareVersions(middle, high) <= 0)
        assert.ok(compareVersions(low, high) <= 0)
        if (compareVersions(a, b) === 0) {
          assert.equal(Math.sign(compareVersions(a, c)), Math.sign(compareVersions(b, c)))
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('a tilde at the end makes a version older, anything else makes it newer', () => {
    fc.assert(
      fc.property(version, (text) => {
        assert.ok(compareVersions(`${text}~`, text) < 0)
        assert.ok(compareVersions(`${text}+`, text) > 0)
        assert.ok(compareVersions(`${text}a`, text) > 0)
      }),
    )
  })
})
