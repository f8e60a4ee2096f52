import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { OperationError } from '../std/errors.ts'
import { createJob } from '../std/job.ts'
import { differenceOf } from './difference.ts'
import { measureTimes, medianOf, type TimedRun } from './measure-times.ts'

const job = createJob()

function series(...times: readonly number[]): TimedRun {
  const left = [...times]
  return () => Promise.resolve(left.shift() ?? assert.fail('more runs than were told'))
}

const names = { id: 'start.first-answer', name: 'start to first answer', method: 'a clock' }

describe('measureTimes', () => {
  test('gives medians with their spread', async () => {
    const [measure] = await measureTimes([{ ...names, before: series(30, 10, 20), after: series(2, 1, 4) }], 3, job)
    assert.deepEqual(measure?.before, { value: 20, runs: 3, spread: { lowest: 10, highest: 30 } })
    assert.deepEqual(measure.after, { value: 2, runs: 3, spread: { lowest: 1, highest: 4 } })
    assert.deepEqual(differenceOf(measure), { kind: 'lower', ratio: 10, isBetter: true })
  })

  test('runs everything in turn, and turns the order around with each round', async () => {
    const order: string[] = []
    const noted = (name: string): TimedRun => {
      return () => Promise.resolve(order.push(name))
    }
    const pair = (name: string) => ({ ...names, id: name, before: noted(`${name}1`), after: noted(`${name}2`) })
    await measureTimes([pair('a'), pair('b')], 2, job)
    assert.deepEqual(order, ['a1', 'a2', 'b1', 'b2', 'a2', 'a1', 'b2', 'b1'])
  })

  test('says what failed, once, and measures the rest', async () => {
    let calls = 0
    const failing: TimedRun = () => {
      calls += 1
      return Promise.reject(new OperationError('x', 'the registry is gone'))
    }
    const [measure] = await measureTimes([{ ...names, before: failing, after: series(1, 2) }], 2, job)
    assert.equal(calls, 1)
    assert.equal(measure?.before, undefined)
    assert.equal(measure?.after?.value, 1.5)
    assert.equal(measure?.note, 'before: not measured: the registry is gone')
  })

  test('throws what is a mistake, and when it is cancelled', async () => {
    const mistake: TimedRun = () => Promise.reject(new TypeError('a mistake'))
    await assert.rejects(measureTimes([{ ...names, before: mistake, after: undefined }], 1, job), TypeError)
    const cancelled = createJob({ signal: AbortSignal.abort(new Error('stop')) })
    await assert.rejects(measureTimes([{ ...names, before: series(1), after: undefined }], 1, cancelled), /stop/)
  })
})

describe('a difference', () => {
  test('inside the spread is none', () => {
    const difference = differenceOf({ before: medianOf([10, 14]), after: medianOf([8, 11]), better: 'lower' })
    assert.deepEqual(difference, { kind: 'none', isWithinSpread: true })
  })

  test('is judged by which way is better', () => {
    const [before, after] = [medianOf([1]), medianOf([2])]
    assert.deepEqual(differenceOf({ before, after, better: 'higher' }), { kind: 'higher', ratio: 2, isBetter: true })
    assert.deepEqual(differenceOf({ before, after, better: 'neither' }).kind, 'higher')
    assert.deepEqual(differenceOf({ before, after: undefined, better: 'lower' }), { kind: 'unknown' })
  })
})
