import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createJob, type Job } from '../../std/job.ts'
import { repositoryScope } from './scope.ts'
import { TokenCache } from './token-cache.ts'
import type { TokenRequest } from './token-service.ts'

function request(...actions: readonly string[]): TokenRequest {
  const realm = new URL('https://realm.example/token')
  return { realm, service: undefined, scopes: [repositoryScope('app', ...actions)], credential: undefined }
}

function jobAt(clock: { nowMs: number }, signal?: AbortSignal): Job {
  const sleep = (): Promise<void> => Promise.resolve()
  return createJob({ clock: { now: () => clock.nowMs, sleep }, ...(signal === undefined ? {} : { signal }) })
}

describe('a cache of tokens', () => {
  test('gives a token for all that it allows', async () => {
    let fetched = 0
    const cache = new TokenCache(() => Promise.resolve({ value: `t${(fetched += 1)}`, expiresAtMs: 300_000 }))
    const job = jobAt({ nowMs: 0 })
    assert.equal(await cache.get(request('pull', 'push'), job), 't1')
    assert.equal(await cache.get(request('pull'), job), 't1')
    assert.equal(await cache.get(request('delete'), job), 't2')
    cache.forget('t1')
    assert.equal(await cache.get(request('pull'), job), 't3')
  })

  test('renews one shortly before it ends, however short it lives', async () => {
    for (const [lifetimeMs, lastMs] of [
      [300_000, 285_000],
      [8000, 6000],
    ] as const) {
      const clock = { nowMs: 0 }
      let fetched = 0
      const cache = new TokenCache(() =>
        Promise.resolve({ value: `t${(fetched += 1)}`, expiresAtMs: clock.nowMs + lifetimeMs }),
      )
      assert.equal(await cache.get(request('pull'), jobAt(clock)), 't1')
      clock.nowMs = lastMs - 1
      assert.equal(await cache.get(request('pull'), jobAt(clock)), 't1')
      clock.nowMs = lastMs
      assert.equal(await cache.get(request('pull'), jobAt(clock)), 't2')
    }
  })

  test('asks again for those who waited when the one who asked was cancelled', async () => {
    let fetched = 0
    const cancel = new AbortController()
    const cache = new TokenCache((_, { signal }) => {
      fetched += 1
      if (fetched > 1) return Promise.resolve({ value: 'second', expiresAtMs: 300_000 })
      return new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    })
    const clock = { nowMs: 0 }
    const first = cache.get(request('pull'), jobAt(clock, cancel.signal))
    const others = Promise.all([1, 2, 3].map(() => cache.get(request('pull'), jobAt(clock))))
    cancel.abort(new Error('cancelled by the test'))
    await assert.rejects(first, /cancelled by the test/)
    assert.deepEqual(await others, ['second', 'second', 'second'])
    assert.equal(fetched, 2)
  })

  test('lets go of one who waits and is cancelled', async () => {
    const { promise, resolve } = Promise.withResolvers<{ value: string; expiresAtMs: number }>()
    const cache = new TokenCache(() => promise)
    const cancel = new AbortController()
    const first = cache.get(request('pull'), jobAt({ nowMs: 0 }))
    const second = cache.get(request('pull'), jobAt({ nowMs: 0 }, cancel.signal))
    cancel.abort(new Error('cancelled by the test'))
    await assert.rejects(second, /cancelled by the test/)
    resolve({ value: 'token', expiresAtMs: 300_000 })
    assert.equal(await first, 'token')
  })
})
