import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { isLockedExclusively, lockFile, tryLockFile, withFileLock, type LockMode } from './file-lock.ts'
import type { ProgressEvent } from './events.ts'
import { createJob } from './job.ts'
import { temporaryDirectory } from './temporary.ts'

const options = { title: 'the test' }

describe('lockFile', () => {
  const pairs: readonly [LockMode, LockMode, boolean][] = [
    ['shared', 'shared', true],
    ['shared', 'exclusive', false],
    ['exclusive', 'shared', false],
    ['exclusive', 'exclusive', false],
  ]
  for (const [held, wanted, isGot] of pairs) {
    test(`${wanted} is ${isGot ? 'got' : 'refused'} beside ${held}`, async () => {
      await using folder = await temporaryDirectory()
      const path = join(folder.path, 'lock')
      await withFileLock(path, held, options, createJob(), async () => {
        const other = await tryLockFile(path, wanted)
        assert.equal(other !== undefined, isGot)
        await other?.[Symbol.asyncDispose]()
      })
    })
  }

  test('who asks whether a file is locked makes none', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'lock')
    assert.equal(await isLockedExclusively(path), false)
    assert.deepEqual(await readdir(folder.path), [])
    for (const mode of ['shared', 'exclusive'] as const) {
      await using _ = await tryLockFile(path, mode)
      assert.equal(await isLockedExclusively(path), mode === 'exclusive')
    }
    assert.equal(await isLockedExclusively(path), false)
  })

  test('waits until the holder lets go', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'lock')
    const first = await lockFile(path, 'exclusive', options, createJob())
    const order: string[] = []
    const second = (async () => {
      await using lock = await lockFile(path, 'exclusive', options, createJob())
      order.push(`second at ${lock.path}`)
    })()
    order.push('first')
    await first[Symbol.asyncDispose]()
    await second
    assert.deepEqual(order, ['first', `second at ${path}`])
  })

  test('is cancelled while it waits', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'lock')
    await withFileLock(path, 'exclusive', options, createJob(), async () => {
      const cancel = new AbortController()
      const waiting = lockFile(path, 'shared', options, createJob({ signal: cancel.signal }))
      const reason = new Error('enough')
      cancel.abort(reason)
      await assert.rejects(waiting, reason)
    })
  })

  test('says what it waits for, once, when that takes over a second', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'lock')
    const events: ProgressEvent[] = []
    let nowMs = 0
    const enough = new AbortController()
    const clock = {
      now: () => nowMs,
      sleep: async (ms: number) => {
        nowMs += ms
        if (nowMs > 3000) enough.abort()
      },
    }
    const job = createJob({ clock, signal: enough.signal, emit: (event) => events.push(event) })
    await withFileLock(path, 'exclusive', options, createJob(), async () => {
      await assert.rejects(lockFile(path, 'exclusive', options, job))
    })
    assert.deepEqual(events, [
      { type: 'notice', level: 'info', message: 'Waiting for another process to finish the test' },
    ])
  })

  for (const [how, takeAway] of [
    ['deleted', unlink],
    ['renamed', (path: string) => rename(path, `${path}.old`)],
  ] as const) {
    test(`locks the new file when its holder ${how} the old one`, async () => {
      await using folder = await temporaryDirectory()
      const path = join(folder.path, 'lock')
      const first = await lockFile(path, 'exclusive', options, createJob())
      const waiting = lockFile(path, 'exclusive', options, createJob())
      await takeAway(path)
      await first[Symbol.asyncDispose]()
      await using second = await waiting
      assert.equal(await tryLockFile(path, 'shared'), undefined)
      assert.equal(second.path, path)
    })
  }

  test('a lock ends with the process that holds it', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'lock')
    const script = `
      import { lockFile } from ${JSON.stringify(import.meta.resolve('./file-lock.ts'))}
      import { createJob } from ${JSON.stringify(import.meta.resolve('./job.ts'))}
      await lockFile(${JSON.stringify(path)}, 'exclusive', { title: '' }, createJob())
      process.stdout.write('locked')
      setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    try {
      await once(child.stdout, 'data')
      assert.equal(await tryLockFile(path, 'shared'), undefined)
    } finally {
      child.kill('SIGKILL')
      await exited
    }
    await using lock = await lockFile(path, 'exclusive', options, createJob())
    assert.ok(lock)
  })
})
