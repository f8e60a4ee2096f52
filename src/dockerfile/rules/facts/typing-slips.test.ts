import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isKnownProgram, meantProgram } from './program-names.ts'
import { isSlipOf, slipFinder } from './typing-slips.ts'

describe('a slip', () => {
  test('is two letters that changed places, one missing, twice there, or another', () => {
    for (const [text, name] of [
      ['nmp', 'npm'],
      ['ndoe', 'node'],
      ['onde', 'node'],
      ['instal', 'install'],
      ['pyton', 'python'],
      ['curll', 'curl'],
      ['pythob', 'python'],
      ['gunicoprn', 'gunicorn'],
    ] as const) {
      assert.ok(isSlipOf(text, name), `${text} for ${name}`)
    }
  })

  test('is no other word', () => {
    for (const [text, name] of [
      ['npm', 'npm'],
      ['npx', 'npm'],
      ['nod', 'node'],
      ['nodes', 'node'],
      ['cython', 'python'],
      ['python3', 'python'],
      ['java8', 'java'],
      ['dash', 'bash'],
      ['got', 'git'],
      ['instantly', 'install'],
      ['', 'npm'],
    ] as const) {
      assert.ok(!isSlipOf(text, name), `${text} for ${name}`)
    }
  })

  test('of two names is none of either', () => {
    const finder = slipFinder(['tests', 'texts'], new Set())
    assert.equal(finder.find('tesst'), 'tests')
    assert.equal(finder.find('tets'), undefined)
    assert.equal(slipFinder(['abcde', 'abcdf'], new Set()).find('abcdg'), undefined)
  })

  test('that is a name of its own is none', () => {
    assert.equal(slipFinder(['java'], new Set(['jaav'])).find('jaav'), undefined)
  })

  test('is found among names as it is by looking at each', () => {
    const word = fc.stringMatching(/^[ab]{3,6}$/)
    fc.assert(
      fc.property(fc.uniqueArray(word, { maxLength: 8 }), word, (names, text) => {
        const slow = names.filter((name) => isSlipOf(text, name))
        assert.equal(slipFinder(names, new Set()).find(text), slow.length === 1 ? slow[0] : undefined)
      }),
    )
  })
})

test('programs are no slips of others', () => {
  for (const name of [
    'npx',
    'pnpm',
    'jython',
    'javac',
    'cmake',
    'zip',
    'dash',
    'mvnw',
    'gradlew',
    'nodejs',
    'gofmt',
    'ps',
    'ipython',
  ]) {
    assert.equal(meantProgram(name), undefined, name)
  }
  assert.ok(isKnownProgram('npm'))
  assert.equal(meantProgram('./nmp'), undefined)
})
