import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseMode } from './file-mode.ts'

const cases: readonly (readonly [text: string, mode: number, expected: number])[] = [
  ['755', 0o644, 0o755],
  ['0', 0o644, 0],
  ['4755', 0o644, 0o4755],
  ['u+x', 0o644, 0o744],
  ['+x', 0o644, 0o755],
  ['a-w', 0o666, 0o444],
  ['go=', 0o755, 0o700],
  ['go=rX', 0o640, 0o644],
  ['go=rX', 0o740, 0o755],
  ['u=rwx,go=rx', 0o4000, 0o755],
  ['go=u-w', 0o700, 0o755],
  ['g=u', 0o740, 0o770],
  ['o=g', 0o740, 0o744],
  ['u+s', 0o755, 0o4755],
  ['g+s', 0o755, 0o2755],
  ['+t', 0o755, 0o1755],
  ['o+t', 0o755, 0o755],
  ['o+s', 0o755, 0o755],
  ['u+x+w', 0o400, 0o700],
  ['a=r', 0o4755, 0o444],
]

for (const [text, mode, expected] of cases) {
  test(`${text} makes ${expected.toString(8)} of ${mode.toString(8)}`, () => {
    assert.equal(parseMode(text).apply(mode, false).toString(8), expected.toString(8))
  })
}

test('X is for what is a folder', () => {
  assert.equal(parseMode('a+X').apply(0o600, true), 0o711)
})

for (const text of ['8', '10000', 'u', 'x+u', 'u+y', 'u+x,', ',u+x', '0o755', '-1', 'rwx', 'u+x g+x']) {
  test(`${JSON.stringify(text)} is no mode`, () => {
    assert.throws(() => parseMode(text), { code: 'bad-build-option' })
  })
}
