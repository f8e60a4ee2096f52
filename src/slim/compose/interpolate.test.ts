import assert from 'node:assert/strict'
import { test } from 'node:test'
import { interpolate, interpolateAll, parseDuration, parseVariables, splitWords } from './interpolate.ts'

const variables = new Map([
  ['A', 'a'],
  ['EMPTY', ''],
])

test('variables get their values, or what is said for the case that they have none', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['$A ${A} $$A', 'a a $A'],
    ['$NONE|${NONE}|${NONE-b}|${NONE:-b}', '||b|b'],
    ['${EMPTY-b}|${EMPTY:-b}', '|b'],
    ['${A:+there}|${NONE+there}|${EMPTY:+there}', 'there||'],
    ['${A?must be}', 'a'],
    ['price: 5$', 'price: 5$'],
  ]
  for (const [text, expected] of cases) assert.equal(interpolate(text, variables), expected, text)
  assert.throws(() => interpolate('${NONE:?say it}', variables), /say it/)
  assert.deepEqual(interpolateAll({ x: ['$A', 1, { y: null }] }, variables), { x: ['a', 1, { y: null }] })
})

test('files of variables have quotes, comments and export', () => {
  const text = '# one\nA=1 # why\nexport B = "two words" # so\nC=\'$x\'\nD=\nnot a line\nE=a#b\n'
  assert.deepEqual(Object.fromEntries(parseVariables(text)), { A: '1', B: 'two words', C: '$x', D: '', E: 'a#b' })
})

test('a command in one text becomes words as a shell splits them', () => {
  assert.deepEqual(splitWords(`redis-server --save '' --name "a \\"b\\"" c\\ d e'f'g`), [
    ...['redis-server', '--save', '', '--name', 'a "b"', 'c d', 'efg'],
  ])
  assert.deepEqual(splitWords('  '), [])
})

test('durations have units', () => {
  assert.deepEqual(['1m30s', '500ms', '1.5s', '30', '', 's'].map(parseDuration), [
    ...[90_000, 500, 1500, undefined, undefined, undefined],
  ])
})
