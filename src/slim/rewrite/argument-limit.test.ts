import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { chunkCommands, chunkWords } from './argument-limit.ts'

const words = Array.from({ length: 9000 }, (_, index) => `/app/node_modules/some/where/file-${index}.js.map`)

describe('what is too long for one RUN', () => {
  test('becomes several commands, with every word once and in order', () => {
    const chunks = chunkWords(words)
    assert.ok(chunks.length > 5)
    assert.deepEqual(chunks.flat(), words)
    assert.ok(chunks.every((chunk) => chunk.join(' ').length < 64 * 1024))
  })

  test('becomes several RUNs, each below what Linux takes as one argument', () => {
    const commands = chunkWords(words).map((chunk) => ({ begin: 'rm -rf', words: chunk }))
    const runs = chunkCommands(commands)
    assert.deepEqual(runs.flat(), commands)
    assert.ok(runs.every((run) => run.flatMap(({ words }) => words).join(' \\\n    ').length < 128 * 1024))
  })

  test('stays one where it is short, and none where there is none', () => {
    assert.deepEqual(chunkWords(['a', 'b']), [['a', 'b']])
    assert.deepEqual(chunkCommands([]), [])
  })
})
