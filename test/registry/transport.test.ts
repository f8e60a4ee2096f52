import assert from 'node:assert/strict'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import type { RegistryClientConfig } from '../../src/registry-client/config.ts'
import { RegistryError, type RegistryErrorCode } from '../../src/registry-client/errors.ts'
import type { Repository } from '../../src/registry-client/repository.ts'
import type { ProgressEvent } from '../../src/std/events.ts'
import { createJob, type Job } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { readContent, sampleImage, writeImage } from '../contracts/content.ts'
import { startBreakingProxy, type BreakageScript } from '../support/breaking-proxy.ts'
import { makeServerCertificate, type ServerCertificate } from '../support/certificates.ts'
import { startHttpServer, startTunnel } from '../support/http-server.ts'
import { startMemoryRegistry } from '../support/memory-registry.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'

const skip = registrySkipReason
const { descriptor } = sampleImage().layer

function isRegistryError(code: RegistryErrorCode): (error: unknown) => boolean {
  return (error) => error instanceof RegistryError && error.code === code
}

/** A job that does not wait, and tells for how long it would have. */
function hastyJob(): { readonly job: Job; readonly sleepsMs: number[]; readonly events: ProgressEvent[] } {
  const sleepsMs: number[] = []
  const events: ProgressEvent[] = []
  const clock = {
    now: () => Date.now(),
    sleep(ms: number) {
      sleepsMs.push(ms)
      return Promise.resolve()
    },
  }
  return { sleepsMs, events, job: createJob({ clock, emit: (event) => events.push(event) }) }
}

async function withRepository(
  host: string,
  config: RegistryClientConfig,
  work: (repository: Repository) => Promise<void>,
): Promise<void> {
  await using client = createRegistryClient({ environment: {}, certificateDirectories: [], ...config })
  await work(client.repository({ registry: host, repository: 'app' }, 'push'))
}

describe('a registry with TLS and an authority of its own', { skip }, () => {
  async function start() {
    const directory = await temporaryDirectory()
    const files: ServerCertificate = await makeServerCertificate(directory.path)
    const registry = await startRegistry({ tls: { certificate: files.certificate, key: files.key } })
    return {
      host: registry.host,
      authority: files.authority.certificate,
      directory: directory.path,
      async [Symbol.asyncDispose]() {
        await registry[Symbol.asyncDispose]()
        await directory[Symbol.asyncDispose]()
      },
    }
  }

  test('is refused by who does not know the authority, even on loopback', async () => {
    await using place = await start()
    await withRepository(place.host, {}, async (repository) => {
      await assert.rejects(repository.has(descriptor, createJob()), (error) => {
        assert(error instanceof RegistryError)
        assert.equal(error.code, 'tls')
        assert.match(error.hint ?? '', /--ca-file/)
        return true
      })
    })
  })

  test('is pushed to and pulled from with the authority as file, as folder, and without verifying', async () => {
    await using place = await start()
    await mkdir(join(place.directory, 'certs.d', place.host), { recursive: true })
    await copyFile(place.authority, join(place.directory, 'certs.d', place.host, 'ca.crt'))
    for (const config of [
      { caFile: place.authority },
      { registries: { [place.host]: { caFile: place.authority } } },
      { certificateDirectories: [join(place.directory, 'certs.d')] },
      { tlsVerify: false },
      { registries: { [place.host]: { tlsVerify: false } } },
    ] satisfies readonly RegistryClientConfig[]) {
      await withRepository(place.host, config, async (repository) => {
        const image = sampleImage()
        await writeImage(repository, image)
        assert.equal((await readContent(repository, image.layer.descriptor)).length, image.layer.bytes.length)
      })
    }
  })

  test('is refused with an authority file that is none', async () => {
    await using place = await start()
    await withRepository(place.host, { caFile: '/dev/null' }, (repository) =>
      assert.rejects(repository.has(descriptor, createJob()), isRegistryError('bad-configuration')),
    )
  })
})

describe('a registry that is busy', () => {
  async function answers(status: number, headers: Record<string, string>, times: number) {
    const registry = await startMemoryRegistry()
    const script: BreakageScript = ({ before }) =>
      before < times ? { kind: 'answer', status, headers, body: '' } : undefined
    const proxy = await startBreakingProxy(registry.host, script)
    return {
      proxy,
      async [Symbol.asyncDispose]() {
        await proxy[Symbol.asyncDispose]()
        await registry[Symbol.asyncDispose]()
      },
    }
  }

  test('is waited for as long as it asks, and people are told', async () => {
    await using place = await answers(429, { 'retry-after': '17' }, 2)
    const { job, sleepsMs, events } = hastyJob()
    await withRepository(place.proxy.host, {}, async (repository) => {
      assert.equal(await repository.has(descriptor, job), false)
    })
    assert.deepEqual(sleepsMs, [17_000, 17_000])
    assert(events.every((event) => event.type === 'notice' && event.message.includes('17.0 s')))
  })

  test('until some date is waited for until then', async () => {
    await using place = await answers(503, { 'retry-after': new Date(Date.now() + 30_000).toUTCString() }, 1)
    const { job, sleepsMs } = hastyJob()
    await withRepository(place.proxy.host, {}, async (repository) => {
      assert.equal(await repository.has(descriptor, job), false)
    })
    assert((sleepsMs[0] ?? 0) > 25_000 && (sleepsMs[0] ?? 0) <= 30_000, `${sleepsMs[0]}`)
  })

  test('for longer than is reasonable is not waited for', async () => {
    await using place = await answers(429, { 'retry-after': '86400' }, 1)
    const { job, sleepsMs } = hastyJob()
    await withRepository(place.proxy.host, {}, async (repository) => {
      await assert.rejects(repository.has(descriptor, job), (error) => {
        assert(error instanceof RegistryError)
        assert.equal(error.code, 'rate-limited')
        assert.equal(error.place.retryAfterMs, 86_400_000)
        return true
      })
    })
    assert.deepEqual(sleepsMs, [])
  })

  test('for good is given up, after longer and longer waits', async () => {
    await using place = await answers(502, {}, 100)
    const { job, sleepsMs } = hastyJob()
    await withRepository(place.proxy.host, { retry: { attemptsMax: 5, delayMs: 100 } }, (repository) =>
      assert.rejects(repository.has(descriptor, job), isRegistryError('server-error')),
    )
    assert.equal(sleepsMs.length, 4)
    for (const [index, sleepMs] of sleepsMs.entries()) {
      assert(sleepMs >= 50 * 2 ** index && sleepMs <= 150 * 2 ** index, sleepsMs.join(', '))
    }
  })
})

describe('a server that is silent', () => {
  /** Accepts connections and never says a word. */
  async function startSilence() {
    const sockets = new Set<Socket>()
    const server = createServer((socket) => sockets.add(socket))
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve)
    })
    const address = server.address()
    const dispose = (): Promise<void> =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      })
    const port = typeof address === 'object' && address !== null ? address.port : 0
    return { host: `127.0.0.1:${port}`, sockets, [Symbol.asyncDispose]: dispose }
  }

  test('is unreachable once the answer, or the connection, takes too long', async () => {
    await using silence = await startSilence()
    const config = { idleTimeoutMs: 50, connectTimeoutMs: 50, retry: { attemptsMax: 2 } }
    // At a registry whose port is named, TLS is not the first thing that is tried.
    const other = { ...config, environment: { https_proxy: `http://${silence.host}` } }
    for (const [host, settings] of [
      [silence.host, config],
      ['registry.test', other],
    ] as const) {
      await withRepository(host, settings, (repository) =>
        assert.rejects(repository.has(descriptor, hastyJob().job), isRegistryError('unreachable')),
      )
    }
  })

  test('is left at once when the work is cancelled', async () => {
    await using silence = await startSilence()
    const cancel = new AbortController()
    const reason = new Error('cancelled by the test')
    await withRepository(silence.host, {}, async (repository) => {
      const asking = repository.has(descriptor, createJob({ signal: cancel.signal }))
      setImmediate(() => cancel.abort(reason))
      await assert.rejects(asking, (error) => error === reason)
    })
  })
})

describe('plain HTTP', () => {
  test('is found out once for a loopback address', async () => {
    await using registry = await startMemoryRegistry()
    await withRepository(registry.host, {}, async (repository) => {
      assert.equal(await repository.has(descriptor, createJob()), false)
      assert.equal(await repository.has(sampleImage().layer.descriptor, createJob()), false)
    })
  })

  test('is never where a server with TLS leads', async () => {
    await using directory = await temporaryDirectory()
    const files = await makeServerCertificate(directory.path)
    const tls = { cert: await readFile(files.certificate), key: await readFile(files.key) }
    await using plain = await startHttpServer((_, response) => response.writeHead(200).end('secret'))
    await using server = await startHttpServer(
      (_, response) => response.writeHead(307, { location: `http://localhost:${plain.host.split(':')[1]}/x` }).end(),
      tls,
    )
    await withRepository(server.host, { caFile: files.authority.certificate }, (repository) =>
      assert.rejects(readContent(repository, descriptor), isRegistryError('bad-answer')),
    )
  })
})

describe('a proxy', () => {
  test('is used for plain HTTP to what is not on this machine', async () => {
    const asked: string[] = []
    await using proxy = await startHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.writeHead(200, { 'content-length': '0' }).end()
    })
    const environment = { http_proxy: `http://${proxy.host}`, https_proxy: `http://${proxy.host}` }
    const config: RegistryClientConfig = { environment, tlsVerify: false, retry: { attemptsMax: 1 } }
    await withRepository('registry.invalid', config, async (repository) => {
      assert.equal(await repository.has(descriptor, createJob()), true)
    })
    assert.deepEqual(asked, [`HEAD http://registry.invalid/v2/app/blobs/${descriptor.digest}`])
  })

  test('is led through by TLS, and does not see what is said', async () => {
    await using directory = await temporaryDirectory()
    const files = await makeServerCertificate(directory.path)
    const tls = { cert: await readFile(files.certificate), key: await readFile(files.key) }
    await using server = await startHttpServer((_, response) => response.writeHead(200).end(), tls)
    const asked: string[] = []
    await using proxy = await startTunnel((target) => {
      asked.push(target)
      return server.host
    })
    const environment = { HTTPS_PROXY: `http://${proxy.host}` }
    await withRepository('registry.test', { environment, caFile: files.authority.certificate }, async (repository) => {
      assert.equal(await repository.has(descriptor, createJob()), true)
    })
    assert.deepEqual(asked, ['registry.test:443'])
  })
})
