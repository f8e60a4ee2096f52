import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { ImageError } from '../../src/image/errors.ts'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import type { Credential } from '../../src/registry-client/credential.ts'
import { RegistryError } from '../../src/registry-client/errors.ts'
import { checkLogin, type LoginCredential } from '../../src/registry-client/login.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { readContent, sampleImage, writeImage } from '../contracts/content.ts'
import { startHttpServer } from '../support/http-server.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'
import { startTokenService } from '../support/token-service.ts'

const skip = registrySkipReason
const run = promisify(execFile)

function clientOf(credential: Credential | undefined) {
  return createRegistryClient({ environment: {}, credentials: { find: () => Promise.resolve(credential) } })
}

const ada: Credential = { kind: 'password', username: 'ada', password: 'correct horse' }

function isRegistryError(code: string): (error: unknown) => boolean {
  return (error) => error instanceof RegistryError && error.code === code
}

describe('a registry with passwords', { skip }, () => {
  async function start() {
    const directory = await temporaryDirectory()
    const { stdout } = await run('htpasswd', ['-Bbn', 'ada', 'correct horse'])
    const path = join(directory.path, 'htpasswd')
    await writeFile(path, stdout)
    const registry = await startRegistry({ auth: { kind: 'htpasswd', path } })
    const dispose = async (): Promise<void> => {
      await registry[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    }
    return { registry, directory: directory.path, [Symbol.asyncDispose]: dispose }
  }

  test('takes the right one, and is asked without it only once', async () => {
    await using place = await start()
    await using client = clientOf(ada)
    const repository = client.repository({ registry: place.registry.host, repository: 'app' }, 'push')
    const image = sampleImage()
    const name = { registry: place.registry.host, repository: 'app', tag: '1', digest: undefined }
    await writeImage(repository, image, name)
    assert.equal((await readContent(repository, image.layer.descriptor)).length, image.layer.bytes.length)
    assert.equal(place.registry.requests.filter((line) => line.endsWith(' 401')).length, 1)
  })

  test('refuses a wrong one, and none', async () => {
    await using place = await start()
    for (const credential of [{ ...ada, password: 'wrong horse' }, undefined] as const) {
      await using client = clientOf(credential)
      const repository = client.repository({ registry: place.registry.host, repository: 'app' })
      const name = { registry: place.registry.host, repository: 'app', tag: '1', digest: undefined }
      await assert.rejects(repository.resolve(name, createJob()), (error) => {
        assert(error instanceof RegistryError)
        assert.equal(error.code, 'unauthorized')
        assert.match(error.hint ?? '', new RegExp(`wherry login ${place.registry.host}`))
        return true
      })
    }
  })

  test("is given what docker's config file holds for it", async () => {
    await using place = await start()
    const auth = Buffer.from('ada:correct horse').toString('base64')
    await mkdir(join(place.directory, 'docker'))
    const file = join(place.directory, 'docker', 'config.json')
    await writeFile(file, JSON.stringify({ auths: { [place.registry.host]: { auth } } }))
    await using client = createRegistryClient({ environment: { DOCKER_CONFIG: join(place.directory, 'docker') } })
    const repository = client.repository({ registry: place.registry.host, repository: 'app' })
    const name = { registry: place.registry.host, repository: 'app', tag: '1', digest: undefined }
    await assert.rejects(repository.resolve(name, createJob()), ImageError)
  })
})

describe('logging in', { skip }, () => {
  const wrong: LoginCredential = { kind: 'password', username: 'ada', password: 'wrong horse' }
  const right: LoginCredential = { kind: 'password', username: 'ada', password: 'correct horse' }

  test('is checked by a registry with passwords', async () => {
    await using directory = await temporaryDirectory()
    const path = join(directory.path, 'htpasswd')
    await writeFile(path, (await run('htpasswd', ['-Bbn', 'ada', 'correct horse'])).stdout)
    await using registry = await startRegistry({ auth: { kind: 'htpasswd', path } })
    await checkLogin(registry.host, right, { environment: {} }, createJob())
    const checking = checkLogin(registry.host, wrong, { environment: {} }, createJob())
    await assert.rejects(checking, isRegistryError('unauthorized'))
  })

  test('is checked by a token service', async () => {
    await using directory = await temporaryDirectory()
    const users = { ada: { password: 'correct horse', grants: {} } }
    await using tokens = await startTokenService(directory.path, { users })
    await using registry = await startRegistry({ auth: tokens.auth })
    await checkLogin(registry.host, right, { environment: {} }, createJob())
    const checking = checkLogin(registry.host, wrong, { environment: {} }, createJob())
    await assert.rejects(checking, isRegistryError('unauthorized'))
  })

  test('to what is no registry fails', async () => {
    await using server = await startHttpServer((_, response) => response.writeHead(404).end())
    const checking = checkLogin(server.host, right, { environment: {} }, createJob())
    await assert.rejects(checking, isRegistryError('bad-answer'))
  })
})

describe('a registry with a token service', { skip }, () => {
  async function start(options: { readonly expiresInSeconds?: number } = {}) {
    const directory = await temporaryDirectory()
    const tokens = await startTokenService(directory.path, {
      users: { ada: { password: 'correct horse', grants: { app: ['pull', 'push', 'delete'], base: ['pull'] } } },
      anonymous: { public: ['pull'] },
      identityTokens: { 'refresh me': 'ada' },
      ...options,
    })
    const registry = await startRegistry({ auth: tokens.auth })
    const dispose = async (): Promise<void> => {
      await registry[Symbol.asyncDispose]()
      await tokens[Symbol.asyncDispose]()
      await directory[Symbol.asyncDispose]()
    }
    return { registry, tokens, [Symbol.asyncDispose]: dispose }
  }

  test('is pushed to with one token, which a password gets', async () => {
    await using place = await start()
    await using client = clientOf(ada)
    const repository = client.repository({ registry: place.registry.host, repository: 'app' }, 'push')
    const image = sampleImage()
    await writeImage(repository, image, {
      registry: place.registry.host,
      repository: 'app',
      tag: '1',
      digest: undefined,
    })
    assert.equal((await readContent(repository, image.layer.descriptor)).length, image.layer.bytes.length)
    assert.deepEqual(place.tokens.requests, ['GET ada repository:app:pull,push'])
  })

  test('lets what was pushed be deleted', async () => {
    await using place = await start()
    await using client = clientOf(ada)
    const repository = client.repository({ registry: place.registry.host, repository: 'app' }, 'push')
    const image = sampleImage()
    await writeImage(repository, image)
    await repository.delete(image.manifest.descriptor, createJob())
    assert.equal(await repository.has(image.manifest.descriptor, createJob()), false)
  })

  test('asks once for many requests at the same time', async () => {
    await using place = await start()
    await using client = clientOf(ada)
    const repository = client.repository({ registry: place.registry.host, repository: 'app' }, 'push')
    const { layer } = sampleImage()
    await Promise.all(Array.from({ length: 5 }, () => repository.has(layer.descriptor, createJob())))
    assert.equal(place.tokens.requests.length, 1)
  })

  test('takes an identity token', async () => {
    await using place = await start()
    await using client = clientOf({ kind: 'identity-token', identityToken: 'refresh me' })
    const repository = client.repository({ registry: place.registry.host, repository: 'app' }, 'push')
    await writeImage(repository, sampleImage())
    assert.deepEqual(place.tokens.requests, ['POST ada repository:app:pull,push'])
  })

  test('lets nobody in particular read what is public, and no more', async () => {
    await using place = await start()
    await using client = clientOf(undefined)
    const { layer } = sampleImage()
    const open = client.repository({ registry: place.registry.host, repository: 'public' })
    assert.equal(await open.has(layer.descriptor, createJob()), false)
    const closed = client.repository({ registry: place.registry.host, repository: 'app' })
    await assert.rejects(closed.has(layer.descriptor, createJob()), isRegistryError('unauthorized'))
    await assert.rejects(writeImage(open, sampleImage()), isRegistryError('unauthorized'))
  })

  test('does not let somebody do more than was granted', async () => {
    await using place = await start()
    await using client = clientOf(ada)
    const repository = client.repository({ registry: place.registry.host, repository: 'base' })
    assert.equal(await repository.has(sampleImage().layer.descriptor, createJob()), false)
    await assert.rejects(writeImage(repository, sampleImage()), isRegistryError('denied'))
  })

  test('refuses a wrong password', async () => {
    await using place = await start()
    await using client = clientOf({ kind: 'password', username: 'ada', password: 'wrong horse' })
    const repository = client.repository({ registry: place.registry.host, repository: 'app' })
    await assert.rejects(repository.has(sampleImage().layer.descriptor, createJob()), isRegistryError('unauthorized'))
  })

  test('is asked for a new token when the old one is about to end', async () => {
    await using place = await start({ expiresInSeconds: 100 })
    await using client = clientOf(ada)
    let nowMs = 0
    const job = createJob({ clock: { now: () => nowMs, sleep: () => Promise.resolve() } })
    const repository = client.repository({ registry: place.registry.host, repository: 'app' })
    const { layer } = sampleImage()
    for (const [atMs, tokens] of [
      [0, 1],
      [84_000, 1],
      [86_000, 2],
    ] as const) {
      nowMs = atMs
      await repository.has(layer.descriptor, job)
      assert.equal(place.tokens.requests.length, tokens)
    }
  })

  test('is asked for a new token when it does not take the old one', async () => {
    await using place = await start()
    await using client = clientOf(ada)
    place.tokens.spoilNext()
    const repository = client.repository({ registry: place.registry.host, repository: 'app' })
    assert.equal(await repository.has(sampleImage().layer.descriptor, createJob()), false)
    assert.equal(place.tokens.requests.length, 2)
  })
})
