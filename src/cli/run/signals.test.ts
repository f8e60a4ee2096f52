import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { statusOf } from './signals.ts'

describe('signals', () => {
  test('that ended a process are told as shells do', () => {
    assert.equal(statusOf({ kind: 'exited', status: 5 }), 5)
    assert.equal(statusOf({ kind: 'signaled', signal: 'SIGKILL' }), 137)
  })
})
