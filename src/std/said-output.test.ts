import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OutputKeeper } from './said-output.ts'

test('what fits is kept whole, each stream by itself', () => {
  const keeper = new OutputKeeper(8)
  for (const text of ['ab', 'cde', 'fgh']) keeper.add(Buffer.from(text), 'stdout')
  keeper.add(Buffer.from('x'), 'stderr')
  const { stdout, stderr, isCut } = keeper.said()
  assert.deepEqual([String(stdout), String(stderr), isCut], ['abcdefgh', 'x', false])
})

test('of what is too long the beginning and the end are kept', () => {
  for (const pieces of [1, 3, 26]) {
    const keeper = new OutputKeeper(8)
    for (let at = 0; at < 26; at += pieces)
      keeper.add(Buffer.from('abcdefghijklmnopqrstuvwxyz'.slice(at, at + pieces)), 'stdout')
    const { stdout, isCut } = keeper.said()
    assert.deepEqual([String(stdout), isCut], ['abcdwxyz', true])
  }
})
