import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createJob } from '../std/job.ts'
import { createBackoff } from './backoff.ts'

function recordingJob() {
  const sleepsMs: number[] = []
  const notices: string[] = []
  const job = createJob({
    clock: {
      now: () => 0,
      sleep(ms) {
        sleepsMs.push(ms)
        return Promise.resolve()
      },
    },
    emit: (event) => event.type === 'notice' && notices.push(event.message),
  })
  return { job, sleepsMs, notices }
}

const settings = { attemptsMax: 4, delayMs: 100, delayMaxMs: 250, retryAfterMaxMs: 1000 }

describe('backing off', () => {
  test('waits longer each time, up to a bound, and then no more', async () => {
    const { job, sleepsMs, notices } = recordingJob()
    const backoff = createBackoff(settings)
    const went: boolean[] = []
    for (let failures = 0; failures < 4; failures += 1) went.push(await backoff.wait('it broke', undefined, job))
    assert.deepEqual(went, [true, true, true, false])
    for (const [index, delayMs] of [100, 200, 250].entries()) {
      const sleepMs = sleepsMs[index] ?? 0
      assert(sleepMs >= delayMs / 2 && sleepMs <= delayMs * 1.5, `${sleepMs} for ${delayMs}`)
    }
    assert.match(notices[0] ?? '', /^it broke; trying again in 0\.\d s$/)
  })

  test('waits as long as it is asked to, but not too long', async () => {
    const { job, sleepsMs } = recordingJob()
    const backoff = createBackoff(settings)
    assert.equal(await backoff.wait('busy', 900, job), true)
    assert.equal(await backoff.wait('busy', 1001, job), false)
    assert.deepEqual(sleepsMs, [900])
  })

  test('begins anew when something went well', async () => {
    const { job } = recordingJob()
    const backoff = createBackoff(settings)
    for (let failures = 0; failures < 20; failures += 1) {
      assert.equal(await backoff.wait('it broke', undefined, job), true)
      backoff.reset()
    }
  })
})
