import assert from 'node:assert/strict'
import { access, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createJob, systemClock, withSignal } from './job.ts'
import { temporaryDirectory } from './temporary.ts'

describe('the clock', () => {
  test('wakes at once, with the reason, when the sleeper is cancelled', async () => {
    const controller = new AbortController()
    const sleep = systemClock.sleep(1_000_000, controller.signal)
    controller.abort(new Error('enough'))
    await assert.rejects(sleep, /enough/)
    await assert.rejects(systemClock.sleep(1_000_000, controller.signal), /enough/)
  })

  test('leaves no listener behind when the time is up', async () => {
    const { signal } = new AbortController()
    await systemClock.sleep(1, signal)
    const { getEventListeners } = await import('node:events')
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })
})

describe('a job', () => {
  test('under another signal is the same in all else', () => {
    const events: unknown[] = []
    const job = createJob({ emit: (event) => events.push(event) })
    const { signal } = new AbortController()
    const inner = withSignal(job, signal)
    inner.emit({ type: 'notice', level: 'info', message: 'm' })
    assert.equal(inner.signal, signal)
    assert.equal(inner.limits, job.limits)
    assert.equal(events.length, 1)
  })
})

describe('a temporary directory', () => {
  test('goes with all that is in it when it goes out of scope', async () => {
    let path = ''
    {
      await using directory = await temporaryDirectory()
      path = directory.path
      await writeFile(join(path, 'file'), 'x')
    }
    await assert.rejects(access(path), { code: 'ENOENT' })
  })
})
