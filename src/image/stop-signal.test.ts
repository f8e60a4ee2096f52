import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readSignal } from './stop-signal.ts'

test('signals are known by name and number', () => {
  assert.deepEqual(['SIGQUIT', 'quit', '3'].map(readSignal), ['SIGQUIT', 'SIGQUIT', 'SIGQUIT'])
  assert.deepEqual(['', undefined, 'RTMIN+3'].map(readSignal), [undefined, undefined, undefined])
})
