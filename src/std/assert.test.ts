import nodeAssert from 'node:assert/strict'
import { test } from 'node:test'
import { assert } from './assert.ts'

test('assert throws for what is not so, with its message, and for nothing else', () => {
  nodeAssert.throws(() => assert(false, 'why'), { name: 'AssertionError', message: 'why' })
  assert(true, 'why')
})
