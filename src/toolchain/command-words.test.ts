import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolchainError } from './errors.ts'
import { commandWords } from './command-words.ts'

const config = { Entrypoint: ['entry', '-e'], Cmd: ['cmd'] }

test('a command takes the place of Cmd, and an entry point that of both', () => {
  assert.deepEqual(commandWords(config, undefined, []), ['entry', '-e', 'cmd'])
  assert.deepEqual(commandWords(config, undefined, ['a', 'b']), ['entry', '-e', 'a', 'b'])
  assert.deepEqual(commandWords(config, ['other'], []), ['other'])
  assert.deepEqual(commandWords(config, ['other'], ['a']), ['other', 'a'])
  assert.deepEqual(commandWords(config, [], ['a']), ['a'])
  assert.deepEqual(commandWords({ Cmd: ['cmd'] }, undefined, []), ['cmd'])
})

test('nothing to run is refused', () => {
  for (const [given, entrypoint] of [
    [{}, undefined],
    [config, []],
  ] as const) {
    assert.throws(() => commandWords(given, entrypoint, []), ToolchainError)
  }
})
