import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { temporaryDirectory } from '../std/temporary.ts'
import type { Environment } from '../http/connections.ts'
import { RegistryError } from './errors.ts'
import { environmentCredentials } from './stored-credentials.ts'

const { signal } = new AbortController()

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** A home folder with these files. Text is written as it is, all else as JSON. */
async function homeWith(files: Readonly<Record<string, unknown>>) {
  const directory = await temporaryDirectory()
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory.path, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o755 })
  }
  const environment: Environment = { HOME: directory.path, PATH: `${directory.path}/bin:${process.env['PATH']}` }
  return { path: directory.path, environment, [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]() }
}

async function find(environment: Environment, registry: string, repository = 'app'): Promise<unknown> {
  return await environmentCredentials(environment).find(registry, repository, signal)
}

const ada = { kind: 'password', username: 'ada', password: 'x:y' }

describe("docker's config file", () => {
  test('holds credentials in all forms that were ever written', async () => {
    const auth = base64('ada:x:y')
    await using home = await homeWith({
      '.docker/config.json': {
        auths: {
          'https://index.docker.io/v1/': { auth },
          'https://old.example/v2/': { auth },
          'parts.example': { username: 'ada', password: 'x:y' },
          'padded.example': { auth: base64('ada:x:y\0\0') },
          'identity.example': { auth, identitytoken: 'i' },
          'registry.example:5000': { registrytoken: 'r' },
          'empty.example': {},
          'wrong.example': { auth: '%%%' },
          'odd.example': 7,
        },
        HttpHeaders: { 'User-Agent': 'x' },
      },
    })
    for (const registry of ['docker.io', 'old.example', 'parts.example', 'padded.example']) {
      assert.deepEqual(await find(home.environment, registry), ada, registry)
    }
    assert.deepEqual(await find(home.environment, 'identity.example'), { kind: 'identity-token', identityToken: 'i' })
    assert.deepEqual(await find(home.environment, 'registry.example:5000'), {
      kind: 'registry-token',
      registryToken: 'r',
    })
    for (const registry of ['empty.example', 'wrong.example', 'odd.example', 'none.example', 'registry.example']) {
      assert.equal(await find(home.environment, registry), undefined, registry)
    }
  })

  test('that is damaged is named, and nothing of it is told', async () => {
    for (const content of ['{"auths":{"h":{"auth":"c2VjcmV0', '[]', '{"auths":{},"credsStore":"c2VjcmV0"']) {
      await using home = await homeWith({ '.docker/config.json': content })
      await assert.rejects(find(home.environment, 'h'), (error) => {
        assert(error instanceof RegistryError)
        assert.equal(error.code, 'bad-configuration')
        assert.match(error.message, /config\.json/)
        assert.doesNotMatch(inspect(error, { depth: Infinity }), /c2VjcmV0/)
        return true
      })
    }
  })

  test('that is not there, or empty, holds nothing', async () => {
    await using none = await homeWith({})
    assert.equal(await find(none.environment, 'h'), undefined)
    await using empty = await homeWith({ '.docker/config.json': '' })
    assert.equal(await find(empty.environment, 'h'), undefined)
  })
})

describe("podman's file", () => {
  test('holds credentials by the longest path', async () => {
    const auths = {
      'h:5000': { auth: base64('a:1') },
      'h:5000/team': { auth: base64('b:2') },
      'h:5000/team/app': { auth: base64('c:3') },
    }
    await using home = await homeWith({ 'run/containers/auth.json': { auths } })
    const environment = { ...home.environment, XDG_RUNTIME_DIR: join(home.path, 'run') }
    for (const [repository, username] of [
      ['team/app', 'c'],
      ['team/app/sub', 'c'],
      ['team/application', 'b'],
      ['teams', 'a'],
    ] as const) {
      const found = await environmentCredentials(environment).find('h:5000', repository, signal)
      assert(found?.kind === 'password')
      assert.equal(found.username, username, repository)
    }
  })

  test("is asked after docker's, unless REGISTRY_AUTH_FILE names it", async () => {
    const fileOf = (user: string): object => ({ auths: { h: { auth: base64(`${user}:1`) } } })
    await using home = await homeWith({
      '.docker/config.json': fileOf('docker'),
      '.config/containers/auth.json': fileOf('podman'),
      'named.json': fileOf('named'),
    })
    const userOf = async (environment: Environment): Promise<unknown> => {
      const found = await environmentCredentials(environment).find('h', 'app', signal)
      return found?.kind === 'password' ? found.username : undefined
    }
    assert.equal(await userOf(home.environment), 'docker')
    assert.equal(await userOf({ ...home.environment, REGISTRY_AUTH_FILE: join(home.path, 'named.json') }), 'named')
    assert.equal(await userOf({ ...home.environment, DOCKER_CONFIG: join(home.path, 'none') }), 'podman')
  })
})

describe('a credential helper', () => {
  const helperThat = (does: string): string => `#!/bin/sh\nread server\n${does}\n`
  const answer = '{"ServerURL":"\'"$server"\'","Username":"\'"$server"\'","Secret":"s"}'

  test('is asked by the name that docker uses', async () => {
    await using home = await homeWith({
      '.docker/config.json': { credHelpers: { 'h:5000': 'one' }, credsStore: 'two' },
      'bin/docker-credential-one': helperThat(`echo '${answer}'`),
      'bin/docker-credential-two': helperThat(`echo '${answer}'`),
    })
    assert.deepEqual(await find(home.environment, 'h:5000'), { kind: 'password', username: 'h:5000', password: 's' })
    const hub = { kind: 'password', username: 'https://index.docker.io/v1/', password: 's' }
    assert.deepEqual(await find(home.environment, 'docker.io'), hub)
  })

  test('may say that it has an identity token, or nothing', async () => {
    await using home = await homeWith({
      '.docker/config.json': { credHelpers: { a: 'token', b: 'nothing' }, auths: { b: { auth: base64('ada:x:y') } } },
      'bin/docker-credential-token': helperThat(`echo '{"ServerURL":"a","Username":"<token>","Secret":"i"}'`),
      'bin/docker-credential-nothing': helperThat('echo credentials not found in native keychain; exit 1'),
    })
    assert.deepEqual(await find(home.environment, 'a'), { kind: 'identity-token', identityToken: 'i' })
    assert.deepEqual(await find(home.environment, 'b'), ada)
  })

  test('that fails is named, and what it said is not told', async () => {
    const helpers = {
      fails: helperThat('echo secret; exit 2'),
      babbles: helperThat('echo secret secret'),
      floods: helperThat('yes secret'),
    }
    await using home = await homeWith(
      Object.fromEntries(Object.entries(helpers).map(([name, text]) => [`bin/docker-credential-${name}`, text])),
    )
    for (const helper of [...Object.keys(helpers), 'missing', '../bin/docker-credential-fails', '-x']) {
      await mkdir(join(home.path, '.docker'), { recursive: true })
      await writeFile(join(home.path, '.docker/config.json'), JSON.stringify({ credsStore: helper }))
      await assert.rejects(find(home.environment, 'h'), (error) => {
        assert(error instanceof RegistryError, helper)
        assert.equal(error.code, 'bad-configuration')
        assert.doesNotMatch(inspect(error, { depth: Infinity }), /secret/)
        return true
      })
    }
  })

  test('is ended when the work is cancelled', async () => {
    await using home = await homeWith({
      '.docker/config.json': { credsStore: 'hangs' },
      'bin/docker-credential-hangs': helperThat('exec sleep 60'),
    })
    const cancel = new AbortController()
    const reason = new Error('cancelled by the test')
    const finding = environmentCredentials(home.environment).find('h', 'app', cancel.signal)
    setImmediate(() => cancel.abort(reason))
    await assert.rejects(finding, (error) => error === reason)
  })
})
