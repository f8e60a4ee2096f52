import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { parseCheckOptions } from './check-options.ts'
import { checkOptionsOf } from './comment-options.ts'
import { parseDockerfile } from './parse.ts'

describe('parseCheckOptions', () => {
  test('reads what to skip, what to try, and whether findings are errors', () => {
    assert.deepEqual(parseCheckOptions('skip=A,B;error=true;experimental=all'), {
      skip: ['A', 'B'],
      experimental: 'all',
      error: true,
    })
    assert.deepEqual(parseCheckOptions('skip=all'), { skip: 'all', experimental: [], error: false })
    assert.deepEqual(parseCheckOptions(''), { skip: [], experimental: [], error: false })
  })

  test('looks at the text up to the first space', () => {
    assert.deepEqual(parseCheckOptions('skip=A, B'), { skip: ['A', ''], experimental: [], error: false })
  })

  test('says what is wrong', () => {
    assert.deepEqual(parseCheckOptions('all'), { problem: '"all" is not of the form name=value' })
    assert.deepEqual(parseCheckOptions('error=yes'), { problem: '"yes" is neither true nor false' })
    assert.deepEqual(parseCheckOptions('ignore=A'), { problem: 'there is no check option "ignore"' })
  })
})

describe('checkOptionsOf', () => {
  const optionsAbove = (comments: string): unknown =>
    checkOptionsOf(parseDockerfile(`FROM a\n${comments}RUN b\n`).document.instructions[1]?.leadingComments ?? [])

  test('finds the first comment that asks for something', () => {
    const options = { skip: ['A'], experimental: [], error: false }
    assert.deepEqual(optionsAbove('# why\n# check=skip=A\n# check=skip=B\n'), options)
    assert.deepEqual(optionsAbove('# Check = skip=A because\n'), options)
  })

  test('does not look at comments that are indented, or end before an empty one', () => {
    assert.equal(optionsAbove('  # check=skip=A\n'), undefined)
    assert.equal(optionsAbove('# check=skip=A\n#\n'), undefined)
    assert.equal(optionsAbove('# check=nonsense\n'), undefined)
    assert.equal(optionsAbove(''), undefined)
  })
})
