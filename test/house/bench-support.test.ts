import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { runChild } from '../../bench/support/child.ts'
import { contest, type Contender } from '../../bench/support/contest.ts'
import { spreadOf } from '../../bench/support/statistics.ts'

test('the median of an even count is between the two in the middle', () => {
  assert.deepEqual(spreadOf([4, 1, 3, 2]), { median: 2.5, least: 1, most: 4 })
  assert.deepEqual(spreadOf([7]), { median: 7, least: 7, most: 7 })
  assert.throws(() => spreadOf([]), RangeError)
})

test('contenders run in turn, are prepared each time, and their first run does not count', async () => {
  const calls: string[] = []
  const contender = (name: string, costs: readonly number[]): Contender => {
    const left = costs.values()
    return {
      name,
      prepare: async () => void calls.push(`prepare ${name}`),
      run: async () => {
        calls.push(name)
        return { elapsedMs: left.next().value ?? Number.NaN, peakBytes: 5 }
      },
    }
  }
  const results = await contest([contender('a', [900, 1, 3]), contender('b', [900, 2, 2])], 2)
  assert.deepEqual(calls.slice(0, 6), ['prepare a', 'a', 'prepare b', 'b', 'prepare a', 'a'])
  assert.deepEqual(results, [
    { name: 'a', elapsedMs: { median: 2, least: 1, most: 3 }, peakBytes: 5, processorMs: undefined },
    { name: 'b', elapsedMs: { median: 2, least: 2, most: 2 }, peakBytes: 5, processorMs: undefined },
  ])
})

describe('a program measured from outside', () => {
  test('shows the memory it took', async () => {
    const { peakBytes = 0 } = await runChild(process.execPath, ['-e', 'Buffer.alloc(100e6, 1)'])
    assert.ok(peakBytes > 100e6 && peakBytes < 500e6, `${peakBytes}`)
  })

  test('that fails is told with what it printed', async () => {
    await assert.rejects(runChild(process.execPath, ['-e', 'throw new Error("broken")']), /status 1:[^]*broken/)
  })
})
