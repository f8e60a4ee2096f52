import assert from 'node:assert/strict'
import { test } from 'node:test'
import { measureTrials } from '../../compare/measure-times.ts'
import { createJob } from '../../std/job.ts'
import { startPair, type StartRun } from './start-pair.ts'

test('each start is timed, and the memory of the first two is looked at', async () => {
  const looks: boolean[] = []
  const start: StartRun = (_job, looksAtMemory) => {
    looks.push(looksAtMemory)
    return Promise.resolve({ firstAnswerMs: 40, idleBytes: looksAtMemory ? 2_000_000 : undefined, isLimited: false })
  }
  const [answer, memory] = await measureTrials([startPair(start, start, undefined)], 4, createJob())
  assert.deepEqual(looks, [true, true, true, true, false, false, false, false])
  assert.deepEqual([answer?.before?.runs, answer?.after?.runs, answer?.note], [4, 4, undefined])
  assert.deepEqual([memory?.before?.runs, memory?.after?.value, memory?.note], [2, 2_000_000, undefined])
})

test('of an app that ends by itself there is no idle memory, and the card says why', async () => {
  const start: StartRun = () => Promise.resolve({ firstAnswerMs: 40, idleBytes: undefined, isLimited: undefined })
  const [, memory] = await measureTrials([startPair(undefined, start, undefined)], 3, createJob())
  assert.deepEqual([memory?.after, memory?.note], [undefined, 'after: not measured: it ends by itself'])
})
