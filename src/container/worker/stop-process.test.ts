import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ProcessStatus, stopProcess } from './stop-process.ts'
import type { ExitResult } from '../../sandbox/process-spec.ts'
import { createJob } from '../../std/job.ts'

function status(more: Readonly<Record<string, string>>): ProcessStatus {
  const none = '0000000000000000'
  const fields = { NSpid: '4242\t1', SigPnd: none, ShdPnd: none, SigBlk: none, SigIgn: none, SigCgt: none, ...more }
  return new ProcessStatus(
    Object.entries(fields)
      .map(([name, value]) => `${name}:\t${value}\n`)
      .join(''),
  )
}

describe('a process does not hear', () => {
  test('what it neither handles nor blocks, as the first of a container', () => {
    assert.equal(status({}).isDeaf('SIGTERM'), true)
    assert.equal(status({ SigCgt: '0000000000000002' }).isDeaf('SIGTERM'), true)
    assert.equal(status({ SigIgn: '0000000000004000' }).isDeaf('SIGTERM'), true)
  })

  test('but hears what it handles, blocks, or has not yet taken', () => {
    for (const field of ['SigCgt', 'SigBlk', 'SigPnd', 'ShdPnd']) {
      assert.equal(status({ [field]: '0000000000004000' }).isDeaf('SIGTERM'), false, field)
    }
  })

  test('but ends by any signal where it is not the first, and by SIGKILL always', () => {
    assert.equal(status({ NSpid: '4242\t11' }).isDeaf('SIGTERM'), false)
    assert.equal(status({ NSpid: '4242' }).isDeaf('SIGTERM'), false)
    assert.equal(status({}).isDeaf('SIGKILL'), false)
  })

  test('or nothing is known of it, and it counts as one that does', () => {
    assert.equal(new ProcessStatus('').isDeaf('SIGTERM'), false)
    assert.equal(status({ SigCgt: 'odd' }).isDeaf('SIGTERM'), false)
  })
})

describe('stopProcess', () => {
  /** Ends by one signal alone. */
  function processEndedBy(deadly: NodeJS.Signals) {
    const { promise: ended, resolve } = Promise.withResolvers<ExitResult>()
    const signals: NodeJS.Signals[] = []
    const kill = (signal: NodeJS.Signals): void => {
      signals.push(signal)
      if (signal === deadly) resolve({ kind: 'signaled', signal })
    }
    return { ended, signals, kill, pid: () => undefined }
  }

  test('leaves a process alone that ends when it is asked to', async () => {
    const process = processEndedBy('SIGTERM')
    await stopProcess(process, 'SIGTERM', 60_000, createJob())
    assert.deepEqual(process.signals, ['SIGTERM'])
  })

  test('kills one that does not when its time is over', async () => {
    let nowMs = 0
    const clock = { now: () => nowMs, sleep: async (ms: number) => void (nowMs += ms) }
    const process = processEndedBy('SIGKILL')
    await stopProcess(process, 'SIGTERM', 1000, createJob({ clock }))
    assert.deepEqual([process.signals, nowMs], [['SIGTERM', 'SIGKILL'], 1000])
  })
})
