import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { createRegistryClient, type RegistryClient } from '../../src/registry-client/client.ts'
import { RegistryError } from '../../src/registry-client/errors.ts'
import type { Repository } from '../../src/registry-client/repository.ts'
import { byteStream } from '../../src/std/bytes.ts'
import type { ProgressEvent } from '../../src/std/events.ts'
import { createJob, type Clock, type Job } from '../../src/std/job.ts'
import { contentOf, readContent, writeContent, type Content } from '../contracts/content.ts'
import { startBreakingProxy, type BreakageScript, type BreakingProxy } from '../support/breaking-proxy.ts'
import type { TestHttpServer } from '../support/http-server.ts'
import { startMemoryRegistry } from '../support/memory-registry.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'

const skip = registrySkipReason
const MIB = 1024 * 1024

/** A clock that does not wait, and remembers how long it would have. */
function hastyClock(): Clock & { readonly sleepsMs: number[] } {
  const sleepsMs: number[] = []
  return {
    sleepsMs,
    now: () => Date.now(),
    sleep(ms) {
      sleepsMs.push(ms)
      return Promise.resolve()
    },
  }
}

interface Place extends AsyncDisposable {
  readonly proxy: BreakingProxy
  /** Through the proxy. */
  readonly repository: Repository
  /** Past it. */
  readonly direct: Repository
  readonly job: Job
  readonly events: ProgressEvent[]
  readonly sleepsMs: readonly number[]
}

interface PlaceOptions {
  readonly idleTimeoutMs?: number
  /** A registry in place of docker-registry. */
  readonly startRegistry?: () => Promise<TestHttpServer>
}

async function start(script: BreakageScript, options: PlaceOptions = {}): Promise<Place> {
  const registry = await (options.startRegistry ?? startRegistry)()
  const proxy = await startBreakingProxy(registry.host, script)
  const client: RegistryClient = createRegistryClient({
    environment: {},
    idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
  })
  const clock = hastyClock()
  const events: ProgressEvent[] = []
  return {
    proxy,
    repository: client.repository({ registry: proxy.host, repository: 'app' }, 'push'),
    direct: client.repository({ registry: registry.host, repository: 'app' }, 'push'),
    job: createJob({ clock, emit: (event) => events.push(event) }),
    events,
    sleepsMs: clock.sleepsMs,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
    },
  }
}

const isBlobGet = ({ method, path }: { readonly method: string; readonly path: string }): boolean =>
  method === 'GET' && path.includes('/blobs/sha256:')

async function readThrough({ repository, job }: Place, { descriptor }: Content): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of await repository.open(descriptor, job)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('a download that is cut', { skip }, () => {
  const content = contentOf(randomBytes(5 * MIB))

  test('goes on where it ended, as often as each connection brings something', async () => {
    await using place = await start((request) =>
      isBlobGet(request) && request.before < 9 ? { kind: 'cut-answer', afterBytes: MIB / 2 } : undefined,
    )
    await writeContent(place.direct, content)
    assert((await readThrough(place, content)).equals(content.bytes))
    const passed = place.proxy.requests.filter(isBlobGet).map((request) => request.answerBytes)
    assert.equal(passed.length, 10)
    assert.equal(
      passed.reduce((sum, bytes) => sum + bytes, 0),
      content.bytes.length,
    )
  })

  test('starts over where the server knows no ranges, and still gives each byte once', async () => {
    await using place = await start((request) => {
      if (!isBlobGet(request)) return undefined
      return request.before === 0 ? { kind: 'cut-answer', afterBytes: MIB } : { kind: 'strip', headers: ['range'] }
    })
    await writeContent(place.direct, content)
    assert((await readThrough(place, content)).equals(content.bytes))
  })

  test('starts over where the server refuses ranges', async () => {
    await using place = await start((request) => {
      if (!isBlobGet(request)) return undefined
      if (request.headers.range !== undefined) return { kind: 'answer', status: 416 }
      return request.before === 0 ? { kind: 'cut-answer', afterBytes: MIB } : undefined
    })
    await writeContent(place.direct, content)
    assert((await readThrough(place, content)).equals(content.bytes))
  })

  test('ends when no connection brings a byte any more', async () => {
    await using place = await start((request) => {
      if (!isBlobGet(request)) return undefined
      return { kind: 'cut-answer', afterBytes: request.before === 0 ? MIB : 0 }
    })
    await writeContent(place.direct, content)
    await assert.rejects(readThrough(place, content), (error) => {
      assert(error instanceof RegistryError)
      assert.equal(error.code, 'unreachable')
      return true
    })
    assert(place.proxy.requests.filter(isBlobGet).length < 20)
    assert(place.events.every((event) => event.type === 'notice' && /trying again in/.test(event.message)))
  })

  test('goes on when the server falls silent', async () => {
    const script: BreakageScript = (request) =>
      isBlobGet(request) && request.before === 0 ? { kind: 'silence' } : undefined
    await using place = await start(script, { idleTimeoutMs: 300 })
    await writeContent(place.direct, content)
    assert((await readThrough(place, content)).equals(content.bytes))
  })

  test('is not taken for one because its reader is slow', async () => {
    await using place = await start(() => undefined, { idleTimeoutMs: 300 })
    await writeContent(place.direct, content)
    let length = 0
    for await (const chunk of await place.repository.open(content.descriptor, place.job)) {
      if (length === 0) await new Promise((resolve) => setTimeout(resolve, 700))
      length += chunk.length
    }
    assert.equal(length, content.bytes.length)
    assert.equal(place.proxy.requests.filter(isBlobGet).length, 1)
  })
})

describe('an upload that is cut', { skip }, () => {
  const content = contentOf(randomBytes(5 * MIB))

  async function upload({ repository, job }: Place): Promise<readonly number[]> {
    const offsets: number[] = []
    await repository.write(
      content.descriptor,
      (offset) => {
        offsets.push(offset)
        return Promise.resolve(byteStream(content.bytes.subarray(offset)))
      },
      job,
    )
    return offsets
  }

  const cutTwice: BreakageScript = ({ method, path }) => {
    const isFirst = method === 'PATCH' && cuts < 2
    if (isFirst) cuts += 1
    return isFirst && path !== '' ? { kind: 'cut-request', afterBytes: 2 * MIB } : undefined
  }
  let cuts = 0

  test('goes on from where the registry says that it is', async () => {
    cuts = 0
    await using place = await start(cutTwice, { startRegistry: startMemoryRegistry })
    const offsets = await upload(place)
    assert.equal(offsets.length, 3)
    assert.deepEqual(
      offsets.toSorted((a, b) => a - b),
      offsets,
    )
    assert((offsets[1] ?? 0) > 0)
    assert.equal((await readContent(place.direct, content.descriptor)).length, content.bytes.length)
    const last = place.proxy.requests.findLast(({ method }) => method === 'PATCH')
    assert.equal(last?.headers['content-range'], `${offsets[2]}-${content.bytes.length - 1}`)
  })

  test('starts over with docker-registry, which throws away an upload that was cut', async () => {
    cuts = 0
    await using place = await start(cutTwice)
    const offsets = await upload(place)
    // Twice because of us, and sometimes once more because the registry is still busy throwing away.
    assert.ok(offsets.length >= 3)
    assert.ok(offsets.every((offset) => offset === 0))
    assert.equal((await readContent(place.direct, content.descriptor)).length, content.bytes.length)
  })

  test('ends when nothing more gets through, and is taken back', async () => {
    await using place = await start(({ method }) =>
      method === 'PATCH' ? { kind: 'cut-request', afterBytes: 0 } : undefined,
    )
    await assert.rejects(upload(place), (error) => error instanceof RegistryError && error.code === 'unreachable')
    assert(place.proxy.requests.some(({ method }) => method === 'DELETE'))
    assert.equal(await place.direct.has(content.descriptor, place.job), false)
  })

  test('is complete when only the last answer was lost', async () => {
    await using place = await start(({ method, before }) =>
      method === 'PUT' && before === 0 ? { kind: 'lose-answer' } : undefined,
    )
    assert.deepEqual(await upload(place), [0])
    assert.equal((await readContent(place.direct, content.descriptor)).length, content.bytes.length)
  })

  test('is repeated as a whole when it is small', async () => {
    const small = contentOf(randomBytes(1000))
    await using place = await start(({ method, path, before }) => {
      const isFirst = method === 'PUT' && path.includes('/uploads/') && before === 0
      return isFirst && place.proxy.requests.filter((one) => one.method === 'PUT').length === 1
        ? { kind: 'cut-request', afterBytes: 500 }
        : undefined
    })
    await place.repository.write(small.descriptor, () => Promise.resolve(byteStream(small.bytes)), place.job)
    assert.equal((await readContent(place.direct, small.descriptor)).length, 1000)
  })
})
