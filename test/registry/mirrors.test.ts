import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import type { MirrorSettings } from '../../src/registry-client/config.ts'
import { RegistryError } from '../../src/registry-client/errors.ts'
import { createJob } from '../../src/std/job.ts'
import { readContent, sampleImage, writeImage, type SampleImage } from '../contracts/content.ts'
import { startBreakingProxy, type BreakageScript } from '../support/breaking-proxy.ts'
import { startMemoryRegistry } from '../support/memory-registry.ts'

describe('a mirror', () => {
  /** A registry, and a mirror of it with the path `hub` before everything, each behind a proxy. */
  async function start(mirrorScript: BreakageScript = () => undefined) {
    const registry = await startMemoryRegistry()
    const upstream = await startBreakingProxy(registry.host, () => undefined)
    const mirror = await startBreakingProxy(registry.host, mirrorScript)
    const clientWith = (mirrors: readonly MirrorSettings[]) =>
      createRegistryClient({
        environment: {},
        retry: { delayMs: 1 },
        registries: { [upstream.host]: { mirrors } },
      })
    const client = clientWith([{ location: `${mirror.host}/hub` }])
    const write = async (repository: string, image: SampleImage): Promise<void> => {
      const name = { registry: registry.host, repository, tag: '1', digest: undefined }
      await writeImage(client.repository({ registry: registry.host, repository }), image, name)
    }
    return {
      ...{ upstream, mirror, client, clientWith, write },
      name: { registry: upstream.host, repository: 'app', tag: '1', digest: undefined },
      repository: client.repository({ registry: upstream.host, repository: 'app' }),
      async [Symbol.asyncDispose]() {
        for (const one of [client, upstream, mirror, registry]) await one[Symbol.asyncDispose]()
      },
    }
  }

  const image = sampleImage({}, 200_000)

  test('is read from instead of the registry', async () => {
    await using place = await start()
    await place.write('hub/app', image)
    const descriptor = await place.repository.resolve(place.name, createJob())
    assert.equal(descriptor.digest, image.manifest.descriptor.digest)
    assert.equal((await readContent(place.repository, image.layer.descriptor)).length, image.layer.bytes.length)
    assert.deepEqual(place.upstream.requests, [])
  })

  test('is never written to', async () => {
    await using place = await start()
    await writeImage(place.repository, image, place.name)
    assert.deepEqual(place.mirror.requests, [])
  })

  test('that lacks an image is passed over, and people are told', async () => {
    await using place = await start()
    await place.write('app', image)
    const notices: string[] = []
    const job = createJob({ emit: (event) => event.type === 'notice' && notices.push(event.message) })
    const descriptor = await place.repository.resolve(place.name, job)
    assert.equal(descriptor.digest, image.manifest.descriptor.digest)
    assert.equal(notices.length, 1)
    assert.match(notices[0] ?? '', /mirror .* is passed over/)
  })

  test('that is down is tried once in a life', async () => {
    await using place = await start()
    await place.write('app', image)
    await using client = place.clientWith([{ location: '127.0.0.1:1' }])
    const repository = client.repository({ registry: place.upstream.host, repository: 'app' })
    const notices: string[] = []
    const job = createJob({ emit: (event) => event.type === 'notice' && notices.push(event.message) })
    for (let round = 0; round < 3; round += 1) await repository.resolve(place.name, job)
    assert.equal(notices.filter((notice) => notice.includes('passed over')).length, 1)
  })

  test('that is no place is refused', async () => {
    await using place = await start()
    for (const location of ['', 'http://mirror', 'mirror/../x/ y', 'mirror:port', '[::1', '@host']) {
      await using client = place.clientWith([{ location }])
      assert.throws(
        () => client.repository({ registry: place.upstream.host, repository: 'app' }),
        RegistryError,
        location,
      )
    }
  })

  test('that breaks for good in the middle of a blob is taken over from', async () => {
    await using place = await start(({ method, path, before }) =>
      method === 'GET' && path.includes('/blobs/')
        ? { kind: 'cut-answer', afterBytes: before === 0 ? 50_000 : 0 }
        : undefined,
    )
    await place.write('app', image)
    await place.write('hub/app', image)
    const read = await readContent(place.repository, image.layer.descriptor)
    assert.deepEqual(Buffer.from(read), Buffer.from(image.layer.bytes))
    assert.equal(place.upstream.requests.at(-1)?.headers.range, 'bytes=50000-')
  })
})
