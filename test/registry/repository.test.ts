import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, test } from 'node:test'
import { ImageError, type ImageErrorCode } from '../../src/image/errors.ts'
import { mediaTypes } from '../../src/image/media-type.ts'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import type { RegistryClientConfig } from '../../src/registry-client/config.ts'
import { RegistryError, type RegistryErrorCode } from '../../src/registry-client/errors.ts'
import type { Repository } from '../../src/registry-client/repository.ts'
import { createJob } from '../../src/std/job.ts'
import { contentOf, manifestOf, readContent, sampleImage, writeContent, writeImage } from '../contracts/content.ts'
import { startBreakingProxy, type BreakageScript } from '../support/breaking-proxy.ts'
import type { TestHttpServer } from '../support/http-server.ts'
import { startMemoryRegistry } from '../support/memory-registry.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'

const skip = registrySkipReason
const job = createJob()

function isImageError(code: ImageErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof ImageError && error.code === code
}

function isRegistryError(code: RegistryErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof RegistryError && error.code === code
}

/** A registry behind a proxy that counts and breaks. */
async function start(
  startUpstream: () => Promise<TestHttpServer>,
  script: BreakageScript = () => undefined,
  config: RegistryClientConfig = {},
) {
  const registry = await startUpstream()
  const proxy = await startBreakingProxy(registry.host, script)
  const client = createRegistryClient({ environment: {}, ...config })
  return {
    proxy,
    repository: (name: string): Repository => client.repository({ registry: proxy.host, repository: name }, 'push'),
    name: (repository: string, tag: string) => ({ registry: proxy.host, repository, tag, digest: undefined }),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await proxy[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
    },
  }
}

async function listOf(tags: AsyncIterable<string>): Promise<readonly string[]> {
  return await Array.fromAsync(tags)
}

describe('tags', { skip }, () => {
  test('of docker-registry are all listed', async () => {
    await using place = await start(startRegistry)
    const repository = place.repository('app')
    const image = sampleImage()
    await writeImage(repository, image)
    const names = ['1.0', '1.1', 'latest']
    for (const tag of names) {
      await repository.tag(place.name('app', tag), image.manifest.descriptor, image.manifest.bytes, job)
    }
    assert.deepEqual((await listOf(repository.tags(job))).toSorted(), names)
  })

  test('come page by page, and only as far as they are read', async () => {
    await using place = await start(() => startMemoryRegistry({ tagsPerPage: 2 }))
    const repository = place.repository('app')
    const image = sampleImage()
    await writeImage(repository, image)
    for (const tag of ['a', 'b', 'c', 'd', 'e']) {
      await repository.tag(place.name('app', tag), image.manifest.descriptor, image.manifest.bytes, job)
    }
    assert.deepEqual(await listOf(repository.tags(job)), ['a', 'b', 'c', 'd', 'e'])
    const asked = (): number => place.proxy.requests.filter(({ path }) => path.includes('/tags/')).length
    assert.equal(asked(), 3)
    for await (const tag of repository.tags(job)) {
      if (tag === 'b') break
    }
    assert.equal(asked(), 4)
  })

  test('that go round in circles are refused', async () => {
    const body = JSON.stringify({ name: 'app', tags: ['a'] })
    const headers = { link: '</v2/app/tags/list?last=a>; rel="next"' }
    await using place = await start(startMemoryRegistry, () => ({ kind: 'answer', status: 200, headers, body }))
    await assert.rejects(listOf(place.repository('app').tags(job)), isRegistryError('bad-answer'))
  })

  test('of a repository that is not there are not-found', async () => {
    await using place = await start(startRegistry)
    await assert.rejects(listOf(place.repository('none').tags(job)), isImageError('not-found'))
  })

  test('that are near are named when one is not there', async () => {
    await using place = await start(startRegistry)
    const repository = place.repository('app')
    await writeImage(repository, sampleImage(), place.name('app', 'bookworm'))
    await assert.rejects(repository.resolve(place.name('app', 'bookwrom'), job), (error) => {
      assert(error instanceof ImageError)
      assert.match(error.hint ?? '', /bookworm/)
      return true
    })
  })
})

describe('deleting', { skip }, () => {
  test('takes a manifest away with its tags', async () => {
    await using place = await start(startRegistry)
    const repository = place.repository('app')
    const image = sampleImage()
    await writeImage(repository, image, place.name('app', '1'))
    await repository.delete(image.manifest.descriptor, job)
    await assert.rejects(repository.resolve(place.name('app', '1'), job), isImageError('not-found'))
  })

  test('takes a blob away, which is then not there any more', async () => {
    await using place = await start(startRegistry)
    const repository = place.repository('app')
    const { layer } = sampleImage()
    await writeContent(repository, layer)
    await repository.delete(layer.descriptor, job)
    assert.equal(await repository.has(layer.descriptor, job), false)
    await assert.rejects(repository.delete(layer.descriptor, job), isImageError('not-found'))
  })

  test('a single tag leaves the manifest, where the registry can', async () => {
    await using place = await start(startMemoryRegistry)
    const repository = place.repository('app')
    const image = sampleImage()
    await writeImage(repository, image, place.name('app', '1'))
    await repository.deleteTag('1', job)
    await assert.rejects(repository.resolve(place.name('app', '1'), job), isImageError('not-found'))
    assert.equal((await readContent(repository, image.manifest.descriptor)).length, image.manifest.bytes.length)
  })

  test('a single tag is unsupported by docker-registry', async () => {
    await using place = await start(startRegistry)
    const repository = place.repository('app')
    await writeImage(repository, sampleImage(), place.name('app', '1'))
    await assert.rejects(repository.deleteTag('1', job), isRegistryError('unsupported'))
  })
})

describe('mounting', { skip }, () => {
  const image = sampleImage({}, 2_000_000)

  test('takes a blob over from a repository that was written before', async () => {
    await using place = await start(startRegistry)
    await writeImage(place.repository('first'), image)
    const sentBefore = sentBytes(place.proxy.requests)
    const second = place.repository('second')
    assert.equal(await second.has(image.layer.descriptor, job), true)
    await writeImage(second, image)
    assert.equal(sentBytes(place.proxy.requests) - sentBefore, image.manifest.bytes.length)
    assert.equal((await readContent(second, image.layer.descriptor)).length, image.layer.bytes.length)
  })

  test('from where nothing is any more becomes an upload', async () => {
    const mountCandidates = { find: () => Promise.resolve(['gone']), add: () => undefined }
    await using place = await start(startRegistry, () => undefined, { mountCandidates })
    const repository = place.repository('app')
    assert.equal(await repository.has(image.layer.descriptor, job), false)
    await writeContent(repository, image.layer)
    const begun = place.proxy.requests.filter(({ method }) => method === 'POST')
    assert.equal(begun.length, 1)
    assert.equal((await readContent(repository, image.layer.descriptor)).length, image.layer.bytes.length)
  })

  function sentBytes(requests: readonly { readonly bodyBytes: number }[]): number {
    return requests.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)
  }
})

describe('referrers', { skip }, () => {
  const empty = contentOf(Buffer.from('{}'), mediaTypes.ociEmpty)
  const artifactOf = (image: ReturnType<typeof sampleImage>, artifactType: string) =>
    manifestOf(empty, [empty], { artifactType, subject: image.manifest.descriptor, annotations: { artifactType } })

  for (const [title, startUpstream] of [
    ['with the API', startMemoryRegistry],
    ['with the referrers tag', startRegistry],
  ] as const) {
    test(`${title} are listed by type, and go when they are deleted`, async () => {
      await using place = await start(startUpstream)
      const repository = place.repository('app')
      const image = sampleImage()
      await writeImage(repository, image)
      await writeContent(repository, empty)
      const artifacts = ['application/vnd.example.a', 'application/vnd.example.b'].map((type) =>
        artifactOf(image, type),
      )
      await Promise.all(artifacts.map((artifact) => writeContent(repository, artifact)))
      const typesOf = async (type?: string): Promise<readonly string[]> => {
        const listed = await repository.referrers(image.manifest.descriptor, job, type)
        return listed.map(({ artifactType = '' }) => artifactType).toSorted()
      }
      assert.deepEqual(await typesOf(), ['application/vnd.example.a', 'application/vnd.example.b'])
      assert.deepEqual(await typesOf('application/vnd.example.b'), ['application/vnd.example.b'])
      const [first] = artifacts
      assert(first !== undefined)
      await repository.delete(first.descriptor, job)
      assert.deepEqual(await typesOf(), ['application/vnd.example.b'])
    })
  }
})

describe('a registry that lies', { skip }, () => {
  const image = sampleImage({}, 100_000)

  async function withLie(script: BreakageScript) {
    let isLying = false
    const place = await start(startRegistry, (request) => (isLying ? script(request) : undefined))
    await writeImage(place.repository('app'), image, place.name('app', '1'))
    isLying = true
    return place
  }

  const flip = (body: Buffer): Buffer => Buffer.from(body.map((byte, index) => (index === 5 ? byte ^ 1 : byte)))

  test('about a manifest is found out', async () => {
    await using place = await withLie(({ method }) => (method === 'GET' ? { kind: 'change', body: flip } : undefined))
    const repository = place.repository('app')
    await assert.rejects(readContent(repository, image.manifest.descriptor), isImageError('digest-mismatch'))
  })

  test('about a digest is found out', async () => {
    const other = contentOf(randomBytes(3)).descriptor.digest
    await using place = await withLie(() => ({
      kind: 'change',
      headers: (headers) => ({ ...headers, 'docker-content-digest': other }),
    }))
    const { digest } = image.manifest.descriptor
    const name = { ...place.name('app', '1'), digest }
    await assert.rejects(place.repository('app').resolve(name, job), isImageError('digest-mismatch'))
  })

  test('about what it stored is found out', async () => {
    const other = contentOf(randomBytes(3)).descriptor.digest
    await using place = await withLie(({ method }) =>
      method === 'PUT'
        ? { kind: 'change', headers: (headers) => ({ ...headers, 'docker-content-digest': other }) }
        : undefined,
    )
    const { descriptor, bytes } = image.manifest
    const tagging = place.repository('app').tag(place.name('app', '2'), descriptor, bytes, job)
    await assert.rejects(tagging, isImageError('digest-mismatch'))
  })

  test('about the size of a blob is found out', async () => {
    for (const change of [(body: Buffer) => body.subarray(1), (body: Buffer) => Buffer.concat([body, body])]) {
      await using place = await withLie(({ method }) =>
        method === 'GET' ? { kind: 'change', body: change } : undefined,
      )
      await assert.rejects(readContent(place.repository('app'), image.layer.descriptor), isImageError('size-mismatch'))
    }
  })

  test('or says too little of a tag is asked for the manifest itself, once', async () => {
    await using place = await withLie(({ method }) =>
      method === 'HEAD'
        ? { kind: 'change', headers: (headers) => ({ ...headers, 'docker-content-digest': undefined }) }
        : undefined,
    )
    const repository = place.repository('app')
    const before = place.proxy.requests.length
    const descriptor = await repository.resolve(place.name('app', '1'), job)
    assert.equal(descriptor.digest, image.manifest.descriptor.digest)
    assert.equal((await readContent(repository, descriptor)).length, image.manifest.bytes.length)
    assert.deepEqual(
      place.proxy.requests.slice(before).map(({ method }) => method),
      ['HEAD', 'GET'],
    )
  })

  test('or does not know HEAD is asked for the manifest itself', async () => {
    await using place = await withLie(({ method }) => (method === 'HEAD' ? { kind: 'answer', status: 405 } : undefined))
    const descriptor = await place.repository('app').resolve(place.name('app', '1'), job)
    assert.deepEqual(descriptor, image.manifest.descriptor)
  })

  test('about the type of its answer is no registry', async () => {
    await using place = await withLie(() => ({
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<html>Log in to the hotel network</html>',
    }))
    const repository = place.repository('app')
    await assert.rejects(repository.resolve(place.name('app', '1'), job), isRegistryError('bad-answer'))
    await assert.rejects(listOf(repository.tags(job)), isRegistryError('bad-answer'))
  })
})
