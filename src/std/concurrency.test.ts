import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { forEachConcurrently } from './concurrency.ts'
import { createJob } from './job.ts'

/** A turn of the event loop, so that others get theirs. */
const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

const ascending = (a: number, b: number): number => a - b

describe('forEachConcurrently', () => {
  test('does every item once, and never more at a time than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat()), fc.integer({ min: 1, max: 8 }), async (items, limit) => {
        const done: number[] = []
        let [running, most] = [0, 0]
        await forEachConcurrently(items, limit, createJob(), async (item) => {
          running += 1
          most = Math.max(most, running)
          await turn()
          running -= 1
          done.push(item)
        })
        assert.deepEqual(done.toSorted(ascending), items.toSorted(ascending))
        assert.ok(most <= limit)
        assert.equal(most, Math.min(limit, items.length))
      }),
      { numRuns: 30 },
    )
  })

  test('throws the first failure after the others have been cancelled and have ended', async () => {
    const ended: string[] = []
    const run = forEachConcurrently(['fails', 'waits', 'never begins'], 2, createJob(), async (item, job) => {
      if (item === 'fails') {
        await turn()
        throw new Error('first')
      }
      await new Promise<void>((resolve) => job.signal.addEventListener('abort', () => resolve()))
      ended.push(item)
      throw new Error('second, because it was cancelled')
    })
    await assert.rejects(run, /first/)
    assert.deepEqual(ended, ['waits'])
  })

  test('throws the reason when its own job is cancelled', async () => {
    const controller = new AbortController()
    const run = forEachConcurrently([1, 2, 3], 1, createJob({ signal: controller.signal }), async () => {
      controller.abort(new Error('enough'))
      await turn()
    })
    await assert.rejects(run, /enough/)
  })
})
