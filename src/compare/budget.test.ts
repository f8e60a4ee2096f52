import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { budgetBreaks, parseLimit } from './budget.ts'
import { CompareError } from './errors.ts'
import { sampleCard } from './testing/sample-card.ts'

const isBadBudget = (error: unknown): boolean => error instanceof CompareError && error.code === 'bad-budget'

function breaks(...texts: readonly string[]): readonly string[] {
  return budgetBreaks(sampleCard.measures, texts.map(parseLimit)).map(({ limit, reason }) => `${limit}: ${reason}`)
}

describe('a budget', () => {
  test('that is kept breaks nothing', () => {
    const kept = ['size=3MB', 'size=2880000', 'files=700', 'user=nonroot', 'user=65532', 'start=2s', 'cold=+20%']
    assert.deepEqual(breaks(...kept, 'size.unpacked=10MiB', 'setuid=1', 'start=-50%'), [])
  })

  test('tells what breaks it', () => {
    assert.deepEqual(breaks('size=2MB', 'files=699', 'user=root', 'cold=+10%', 'start=5ms'), [
      'size=2MB: 2.88MB is more than 2MB',
      'files=699: 700 is more than 699',
      'user=root: 65532 is not root',
      'cold=+10%: 14.2s ±4% is more than 13.8s',
      'start=5ms: 5.3ms ±8% is more than 5.0ms',
    ])
  })

  test('is not kept by what was not measured', () => {
    const measures = sampleCard.measures.map((measure) => ({ ...measure, after: undefined }))
    assert.deepEqual(budgetBreaks(measures, [parseLimit('size=1GB')]), [
      { limit: 'size=1GB', name: 'image, compressed', reason: 'it was not measured' },
    ])
    assert.match(breaks('packages=+1%').join(), /nothing to compare it with/)
  })

  test('knows root by all its names', () => {
    for (const [user, isRoot] of [
      ['root', true],
      ['0', true],
      ['0:0', true],
      ['root:adm', true],
      ['', true],
      ['1000:0', false],
      ['rooted', false],
    ] as const) {
      const measures = sampleCard.measures.map((measure) =>
        measure.id === 'safety.user' ? { ...measure, after: { value: user, runs: 1, spread: undefined } } : measure,
      )
      assert.equal(budgetBreaks(measures, [parseLimit('user=nonroot')]).length, isRoot ? 1 : 0, user)
    }
  })

  test('that cannot be is refused', () => {
    for (const text of ['size', 'size=', 'size=20pounds', 'colour=3', 'size=3s', 'user=+3%', 'start=20MB', 'start=2']) {
      assert.throws(() => breaks(text), isBadBudget, text)
    }
  })

  test('is refused before anything is measured where its row cannot be so', () => {
    for (const [text, message] of [
      ['size=big', 'size=big: size.compressed is a size, and big is none'],
      ['size=', 'size=: it has no value'],
      ['size=-5MB', 'size=-5MB: size.compressed is a size, and -5MB is none'],
      ['size=nonroot', 'size=nonroot: size.compressed is a size, and nonroot is none'],
      ['size=20mb', 'size=20mb: mb is no unit'],
      ['size.waste=2s', 'size.waste=2s: size.waste is a size, and 2s is none'],
      ['files=500MB', 'files=500MB: content.files is a number, and 500MB is none'],
      ['files=few', 'files=few: content.files is a number, and few is none'],
      ['user=+10%', 'user=+10%: safety.user is a word, and a share is none'],
      ['ports=nonroot', 'ports=nonroot: safety.ports is a word, and nonroot is none'],
    ] as const) {
      assert.throws(
        () => parseLimit(text),
        (error) => isBadBudget(error) && error instanceof Error && error.message === `not a budget: ${message}`,
        text,
      )
    }
  })

  test('tells how its row is written', () => {
    const hintOf = (text: string): string | undefined => {
      try {
        parseLimit(text)
        return undefined
      } catch (error) {
        return error instanceof CompareError ? error.hint : undefined
      }
    }
    assert.equal(hintOf('size=big'), 'Write it as size=20MB or size=+10%.')
    assert.equal(hintOf('user=2s'), 'Write it as user=1000 or user=nonroot.')
    assert.equal(hintOf('files=few'), 'Write it as files=500 or files=+10%.')
  })
})
