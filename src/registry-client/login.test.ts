import assert from 'node:assert/strict'
import { lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { RegistryError } from './errors.ts'
import { eraseCredential, saveCredential, type LoginCredential } from './login.ts'
import { environmentCredentials } from './stored-credentials.ts'

const job = createJob()
const ada: LoginCredential = { kind: 'password', username: 'ada', password: 'secret' }

async function start(config?: object) {
  const directory = await temporaryDirectory()
  const path = join(directory.path, 'docker', 'config.json')
  if (config !== undefined) {
    await mkdir(join(directory.path, 'docker'))
    await writeFile(path, JSON.stringify(config), { mode: 0o644 })
  }
  return {
    path,
    directory: directory.path,
    environment: {
      HOME: directory.path,
      DOCKER_CONFIG: join(directory.path, 'docker'),
      PATH: `${directory.path}:${process.env['PATH']}`,
    },
    read: async (): Promise<unknown> => JSON.parse(await readFile(path, 'utf8')),
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose](),
  }
}

describe('a credential that is saved', () => {
  test('is found again, and readable by nobody else', async () => {
    await using place = await start()
    assert.deepEqual(await saveCredential('h', ada, place.environment, job), { kind: 'file', path: place.path })
    assert.deepEqual(await environmentCredentials(place.environment).find('h', 'app', job.signal), ada)
    assert.equal((await stat(place.path)).mode & 0o777, 0o600)
    assert.equal((await stat(join(place.directory, 'docker'))).mode & 0o777, 0o700)
    assert.deepEqual(await readdir(join(place.directory, 'docker')), ['config.json'])
  })

  test('leaves everything else as it was', async () => {
    const other = { auths: { other: { auth: 'x', odd: [1] } }, HttpHeaders: { a: 'b' }, plugins: { p: { q: 'r' } } }
    await using place = await start(other)
    await saveCredential('docker.io', ada, place.environment, job)
    const auth = Buffer.from('ada:secret').toString('base64')
    const auths = { ...other.auths, 'https://index.docker.io/v1/': { auth } }
    assert.deepEqual(await place.read(), { ...other, auths })
    assert.equal((await stat(place.path)).mode & 0o777, 0o600)
  })

  test('takes the place of older ones', async () => {
    await using place = await start({ auths: { 'https://h/v1/': { auth: 'old' } } })
    await saveCredential('h', { kind: 'identity-token', identityToken: 'i' }, place.environment, job)
    assert.deepEqual(await place.read(), { auths: { h: { identitytoken: 'i' } } })
  })

  test('goes through a link that stays one', async () => {
    await using place = await start({})
    const linked = join(place.directory, 'linked')
    await mkdir(linked)
    await symlink(place.path, join(linked, 'config.json'))
    await saveCredential('h', ada, { ...place.environment, DOCKER_CONFIG: linked }, job)
    assert((await lstat(join(linked, 'config.json'))).isSymbolicLink())
    assert.deepEqual(await environmentCredentials(place.environment).find('h', 'app', job.signal), ada)
  })

  test('is not lost to another one that is saved at the same time', async () => {
    await using place = await start({})
    const registries = Array.from({ length: 8 }, (_, index) => `host${index}`)
    await Promise.all(registries.map((registry) => saveCredential(registry, ada, place.environment, job)))
    const credentials = environmentCredentials(place.environment)
    for (const registry of registries) assert.deepEqual(await credentials.find(registry, 'app', job.signal), ada)
  })

  test('does not overwrite a file that is damaged', async () => {
    await using place = await start()
    await mkdir(join(place.directory, 'docker'))
    await writeFile(place.path, '{"auths":')
    await assert.rejects(saveCredential('h', ada, place.environment, job), RegistryError)
    assert.equal(await readFile(place.path, 'utf8'), '{"auths":')
  })

  test('is given to the helper, where one is configured', async () => {
    await using place = await start({ credsStore: 'test' })
    const heard = join(place.directory, 'heard')
    const script = `#!/bin/sh\n(echo "$1"; cat; echo) >> '${heard}'\n`
    await writeFile(join(place.directory, 'docker-credential-test'), script, { mode: 0o755 })
    assert.deepEqual(await saveCredential('h', ada, place.environment, job), { kind: 'helper', helper: 'test' })
    assert.deepEqual(await place.read(), { credsStore: 'test', auths: { h: {} } })
    assert.deepEqual(await eraseCredential('h', place.environment, job), { wasThere: true, stillIn: [] })
    assert.deepEqual(await place.read(), { credsStore: 'test', auths: {} })
    const stored = JSON.stringify({ ServerURL: 'h', Username: 'ada', Secret: 'secret' })
    assert.equal(await readFile(heard, 'utf8'), `store\n${stored}\nerase\nh\n`)
  })
})

describe('a credential that is erased', () => {
  test('is gone, and others stay', async () => {
    await using place = await start({ auths: { other: { auth: 'x' } } })
    await saveCredential('h', ada, place.environment, job)
    assert.deepEqual(await eraseCredential('h', place.environment, job), { wasThere: true, stillIn: [] })
    assert.deepEqual(await place.read(), { auths: { other: { auth: 'x' } } })
    assert.deepEqual(await eraseCredential('h', place.environment, job), { wasThere: false, stillIn: [] })
  })

  test("stays in podman's file, which is named", async () => {
    await using place = await start({})
    const podman = join(place.directory, '.config', 'containers', 'auth.json')
    await mkdir(join(place.directory, '.config', 'containers'), { recursive: true })
    await writeFile(podman, JSON.stringify({ auths: { h: { username: 'ada', password: 'x' } } }))
    assert.deepEqual(await eraseCredential('h', place.environment, job), { wasThere: false, stillIn: [podman] })
  })
})
