import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { byteStream, type ByteStream } from '../../std/bytes.ts'
import { createJob } from '../../std/job.ts'
import { VirtualClock } from '../testing/virtual-clock.ts'
import { delayed, limited, pieceBytes } from './shaping.ts'
import { burstMs, TokenBucket } from './token-bucket.ts'

interface Arrival {
  readonly atMs: number
  readonly bytes: number
}

async function arrivals(stream: ByteStream, clock: VirtualClock): Promise<readonly Arrival[]> {
  const found: Arrival[] = []
  for await (const chunk of stream) found.push({ atMs: clock.now(), bytes: chunk.length })
  return found
}

function total(found: readonly Arrival[]): number {
  return found.reduce((sum, { bytes }) => sum + bytes, 0)
}

describe('a rate', () => {
  test('is never exceeded by more than a burst, over any time, and is used to the full', async () => {
    const chunks = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(chunks, fc.integer({ min: 10_000, max: 50_000_000 }), async (sizes, bytesPerSecond) => {
        const clock = new VirtualClock()
        const job = createJob({ clock })
        const source = byteStream(...sizes.map((size) => new Uint8Array(size)))
        const found = await clock.until(arrivals(limited(source, new TokenBucket(bytesPerSecond, clock), job), clock))
        assert.equal(
          total(found),
          sizes.reduce((sum, size) => sum + size, 0),
        )
        for (const [index, { atMs }] of found.entries()) {
          const bytes = total(found.slice(0, index + 1))
          assert.ok(bytes <= (bytesPerSecond * (atMs + burstMs)) / 1000 + 1e-6, `${bytes} bytes in ${atMs} ms`)
        }
        const leastMs = (total(found) / bytesPerSecond) * 1000 - burstMs
        assert.ok(Math.abs((found.at(-1)?.atMs ?? 0) - Math.max(0, leastMs)) < 0.001)
      }),
      { numRuns: 25 },
    )
  })

  test('is shared by all that take from it', async () => {
    const clock = new VirtualClock()
    const bucket = new TokenBucket(1_000_000, clock)
    const job = createJob({ clock })
    const one = (): Promise<readonly Arrival[]> =>
      arrivals(limited(byteStream(new Uint8Array(1_000_000)), bucket, job), clock)
    const [first = [], second = []] = await clock.until(Promise.all([one(), one()]))
    const endMs = Math.max(first.at(-1)?.atMs ?? 0, second.at(-1)?.atMs ?? 0)
    assert.ok(Math.abs(endMs - (2000 - burstMs)) < 1)
    // Neither had to wait for the other's end.
    assert.ok(Math.abs((first.at(-1)?.atMs ?? 0) - (second.at(-1)?.atMs ?? 0)) < 50)
  })

  test('makes up for timers that are late', async () => {
    const clock = new VirtualClock()
    const late = { now: () => clock.now(), sleep: (ms: number, signal: AbortSignal) => clock.sleep(ms + 3, signal) }
    const source = byteStream(new Uint8Array(2_000_000))
    const found = await clock.until(
      arrivals(limited(source, new TokenBucket(1_000_000, late), createJob({ clock: late })), clock),
    )
    const endMs = found.at(-1)?.atMs ?? 0
    assert.ok(endMs >= 2000 - burstMs && endMs < 2005, `${endMs} ms`)
  })

  test('ends its waiting when it is cancelled', async () => {
    const clock = new VirtualClock()
    const cancelling = new AbortController()
    const job = createJob({ clock, signal: cancelling.signal })
    const source = byteStream(new Uint8Array(10_000_000))
    const work = arrivals(limited(source, new TokenBucket(1000, clock), job), clock)
    cancelling.abort(new Error('stop'))
    await assert.rejects(clock.until(work), /stop/)
  })
})

describe('a delay', () => {
  test('moves everything by half of a round trip, and slows nothing down', async () => {
    const clock = new VirtualClock()
    const job = createJob({ clock })
    const link = { bytesPerSecond: 10_000_000, latencyMs: 100 }
    const source = limited(byteStream(new Uint8Array(1_000_000)), new TokenBucket(link.bytesPerSecond, clock), job)
    const found = await clock.until(arrivals(delayed(source, link, job), clock))
    assert.equal(total(found), 1_000_000)
    assert.equal(found[0]?.atMs, 50)
    assert.ok(Math.abs((found.at(-1)?.atMs ?? 0) - (100 - burstMs + 50)) < 2, `${found.at(-1)?.atMs} ms`)
  })

  test('keeps no more under way than the line holds: whoever sends faster waits', async () => {
    const clock = new VirtualClock()
    const job = createJob({ clock })
    let sentBytes = 0
    async function* endless(): AsyncGenerator<Uint8Array> {
      for (;;) {
        sentBytes += pieceBytes
        yield new Uint8Array(pieceBytes)
      }
    }
    const stream = delayed(endless(), { bytesPerSecond: 1_000_000, latencyMs: 200 }, job)
    const iterator = stream[Symbol.asyncIterator]()
    await clock.until(iterator.next())
    await clock.until(clock.sleep(10_000, job.signal))
    assert.ok(sentBytes <= 100_000 + 6 * pieceBytes, `${sentBytes} bytes`)
    await iterator.return(undefined)
  })
})
