import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { describe, test } from 'node:test'
import { inspect } from 'node:util'
import { createRegistryClient, type RegistryClient } from '../../src/registry-client/client.ts'
import type { Credential } from '../../src/registry-client/credential.ts'
import type { Repository } from '../../src/registry-client/repository.ts'
import { createJob, type Job } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { byteStream, readAll } from '../../src/std/bytes.ts'
import { sampleImage } from '../contracts/content.ts'
import { makeServerCertificate } from '../support/certificates.ts'
import { startHttpServer } from '../support/http-server.ts'

const canary = 'canary-7d1f0c'
const token = 'canary-token-55aa'
const encoded = Buffer.from(`ada:${canary}`).toString('base64')
const credentials: readonly Credential[] = [
  { kind: 'password', username: 'ada', password: canary },
  { kind: 'identity-token', identityToken: canary },
  { kind: 'registry-token', registryToken: canary },
]
const image = sampleImage({}, 2_000_000)

/** Does everything that a repository can, and gives back all that was thrown and told on the way. */
async function doEverything(client: RegistryClient, host: string): Promise<string> {
  const repository: Repository = client.repository({ registry: host, repository: 'app' }, 'push')
  const name = { registry: host, repository: 'app', tag: '1', digest: undefined }
  const said: unknown[] = []
  const job: Job = createJob({
    emit: (event) => said.push(event),
    clock: { now: () => Date.now(), sleep: () => Promise.resolve() },
  })
  const { config, layer, manifest } = image
  const open = (bytes: Uint8Array) => (offset: number) => Promise.resolve(byteStream(bytes.subarray(offset)))
  for (const action of [
    () => repository.resolve(name, job),
    async () => readAll(await repository.open(manifest.descriptor, job), 10_000_000),
    async () => readAll(await repository.open(layer.descriptor, job), 10_000_000),
    () => repository.has(layer.descriptor, job),
    () => repository.write(config.descriptor, open(config.bytes), job),
    () => repository.write(layer.descriptor, open(layer.bytes), job),
    () => repository.tag(name, manifest.descriptor, manifest.bytes, job),
    () => Array.fromAsync(repository.tags(job)),
    () => repository.referrers(manifest.descriptor, job),
    () => repository.delete(layer.descriptor, job),
    () => repository.deleteTag('1', job),
  ]) {
    try {
      await action()
    } catch (error) {
      said.push(error)
    }
  }
  assert(said.some((one) => one instanceof Error))
  return inspect(said, { depth: Infinity, showHidden: true, maxStringLength: Infinity, maxArrayLength: Infinity })
}

function assertNoSecret(text: string): void {
  for (const secret of [canary, token, encoded]) assert(!text.includes(secret), `${secret} in:\n${text}`)
}

/** Says in every place that it can what it heard. */
function echo(request: IncomingMessage, response: ServerResponse, status: number, more: Record<string, string>): void {
  const { authorization = '' } = request.headers
  const heard = [authorization, Buffer.from(authorization.slice('Basic '.length), 'base64').toString('latin1'), canary]
    .join(' ')
    .replaceAll(/[^ -~]/g, '')
  const errors = [{ code: `SECRET ${heard}`, message: heard, detail: heard }]
  response.writeHead(status, { 'content-type': `application/${canary}`, etag: heard, ...more })
  response.end(request.method === 'HEAD' ? undefined : JSON.stringify({ errors }))
}

describe('no secret gets into what people see', () => {
  for (const credential of credentials) {
    for (const status of [200, 202, 400, 401, 403, 404, 429, 500]) {
      for (const scheme of ['Basic realm="x"', 'Bearer realm="REALM",service="x"']) {
        test(`${credential.kind}, ${scheme.split(' ', 1)[0]}, ${status}`, async () => {
          await using server = await startHttpServer((request, response) => {
            const challenge = { 'www-authenticate': scheme.replace('REALM', `http://${server.host}/token`) }
            if (request.url?.startsWith('/token') === true) {
              response.writeHead(200).end(JSON.stringify({ token, expires_in: 300 }))
            } else if (request.headers.authorization === undefined) echo(request, response, 401, challenge)
            else
              echo(request, response, status, { ...challenge, location: `http://${server.host}/${canary}?${canary}` })
          })
          await using client = createRegistryClient({
            environment: {},
            retry: { attemptsMax: 2 },
            credentials: { find: () => Promise.resolve(credential) },
          })
          assertNoSecret(await doEverything(client, server.host))
        })
      }
    }
  }

  for (const [what, body] of Object.entries({
    'cut off': `{"token":"${token}`,
    'of another type': JSON.stringify({ token, expires_in: token }),
    'not for a header': JSON.stringify({ token: `${token}\r\nx: y` }),
    'no JSON': token,
  })) {
    test(`a token that is ${what}`, async () => {
      await using server = await startHttpServer((request, response) => {
        const challenge = { 'www-authenticate': `Bearer realm="http://${server.host}/token"` }
        if (request.url?.startsWith('/token') === true) response.writeHead(200).end(body)
        else echo(request, response, 401, challenge)
      })
      await using client = createRegistryClient({
        environment: {},
        credentials: { find: () => Promise.resolve({ kind: 'password', username: 'ada', password: canary }) },
      })
      assertNoSecret(await doEverything(client, server.host))
    })
  }
})

describe("a proxy's password", () => {
  test('is told to nobody when the proxy refuses', async () => {
    await using proxy = await startHttpServer((_, response) => response.writeHead(407).end())
    const environment = {
      https_proxy: `http://ada:${canary}@${proxy.host}`,
      http_proxy: `http://ada:${canary}@${proxy.host}`,
    }
    for (const tlsVerify of [true, false]) {
      await using client = createRegistryClient({ environment, tlsVerify, retry: { attemptsMax: 2 } })
      assertNoSecret(await doEverything(client, 'registry.test'))
    }
  })
})

describe('no secret goes', () => {
  for (const credential of credentials) {
    test(`to another host that a registry leads to, for one of kind ${credential.kind}`, async () => {
      const heard: unknown[] = []
      await using other = await startHttpServer((request, response) => {
        heard.push(request.url, request.headers)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
      })
      await using server = await startHttpServer((request, response) => {
        if (request.headers.authorization === undefined && request.url?.startsWith('/token') !== true) {
          const challenge =
            credential.kind === 'identity-token' ? `Bearer realm="http://${server.host}/token"` : 'Basic realm="x"'
          response.writeHead(401, { 'www-authenticate': challenge }).end()
        } else if (request.url?.startsWith('/token') === true) response.end(JSON.stringify({ token }))
        else if (request.method === 'POST') response.writeHead(202, { location: `http://${other.host}/upload` }).end()
        else response.writeHead(307, { location: `http://${other.host}/blob` }).end()
      })
      await using client = createRegistryClient({
        environment: {},
        retry: { attemptsMax: 2 },
        credentials: { find: () => Promise.resolve(credential) },
      })
      assertNoSecret(await doEverything(client, server.host))
      assert(heard.length > 0)
      assertNoSecret(inspect(heard, { depth: Infinity }))
    })
  }

  test('by plain HTTP to the token service of a registry with TLS', async () => {
    await using directory = await temporaryDirectory()
    const files = await makeServerCertificate(directory.path)
    const heard: unknown[] = []
    await using plain = await startHttpServer((request, response) => {
      heard.push(request.url, request.headers)
      response.end(JSON.stringify({ token }))
    })
    await using server = await startHttpServer(
      (_, response) => {
        response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${plain.host}/token"` }).end()
      },
      { cert: await readFile(files.certificate), key: await readFile(files.key) },
    )
    for (const caFile of [files.authority.certificate]) {
      await using client = createRegistryClient({
        environment: {},
        caFile,
        credentials: { find: () => Promise.resolve({ kind: 'password', username: 'ada', password: canary }) },
      })
      assertNoSecret(await doEverything(client, server.host))
    }
    assert.deepEqual(heard, [])
  })

  test('to a token service that leads elsewhere', async () => {
    const heard: unknown[] = []
    await using other = await startHttpServer((request, response) => {
      heard.push(request.url, request.headers)
      response.end(JSON.stringify({ token }))
    })
    await using server = await startHttpServer((request, response) => {
      const challenge = { 'www-authenticate': `Bearer realm="http://${server.host}/token"` }
      if (request.url?.startsWith('/token') !== true) response.writeHead(401, challenge).end()
      else response.writeHead(302, { location: `http://${other.host}/token` }).end()
    })
    await using client = createRegistryClient({
      environment: {},
      credentials: { find: () => Promise.resolve({ kind: 'password', username: 'ada', password: canary }) },
    })
    assertNoSecret(await doEverything(client, server.host))
    assertNoSecret(inspect(heard, { depth: Infinity }))
  })
})
