import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import { RegistryError } from '../../src/registry-client/errors.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { readContent, sampleImage } from '../contracts/content.ts'
import { makeServerCertificate, makeSigningCertificate } from '../support/certificates.ts'
import { startHttpServer, startTunnel } from '../support/http-server.ts'

const run = promisify(execFile)
const { descriptor } = sampleImage().layer

function commonNameOf(request: IncomingMessage): string | readonly string[] | undefined {
  assert(request.socket instanceof TLSSocket)
  return request.socket.getPeerCertificate().subject?.CN
}

describe('certificates', () => {
  test('of authorities that only the system knows are trusted', async () => {
    await using directory = await temporaryDirectory()
    const files = await makeServerCertificate(directory.path)
    const tls = { cert: await readFile(files.certificate), key: await readFile(files.key) }
    await using server = await startHttpServer((_, response) => response.writeHead(200).end(), tls)
    // Node reads the system's authorities once in its life, so this takes a Node of its own.
    const client = new URL('../../src/registry-client/client.ts', import.meta.url).href
    const job = new URL('../../src/std/job.ts', import.meta.url).href
    const script = `
      import { createRegistryClient } from ${JSON.stringify(client)}
      import { createJob } from ${JSON.stringify(job)}
      await using client = createRegistryClient({ environment: {} })
      const repository = client.repository({ registry: ${JSON.stringify(server.host)}, repository: 'app' })
      console.log(await repository.has(${JSON.stringify(descriptor)}, createJob()))`
    const environment = { PATH: process.env['PATH'], SSL_CERT_FILE: files.authority.certificate, SSL_CERT_DIR: '' }
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { env: environment })
    assert.equal(stdout, 'true\n')
  })

  test('of this machine are shown to the registry that they are for, and to nobody else', async () => {
    await using directory = await temporaryDirectory()
    const files = await makeServerCertificate(directory.path)
    const ours = await makeSigningCertificate(directory.path, 'ours')
    const tls = {
      ...{ cert: await readFile(files.certificate), key: await readFile(files.key) },
      ...{ requestCert: true, rejectUnauthorized: false },
    }
    const shown: Record<string, unknown> = {}
    await using other = await startHttpServer((request, response) => {
      shown['other'] = commonNameOf(request)
      response.writeHead(200, { 'content-length': String(descriptor.size) }).end(Buffer.alloc(descriptor.size))
    }, tls)
    await using server = await startHttpServer((request, response) => {
      shown['server'] = commonNameOf(request)
      response.writeHead(307, { location: `https://${other.host}/blob` }).end()
    }, tls)
    const folder = join(directory.path, 'certs.d', server.host)
    await mkdir(folder, { recursive: true })
    await copyFile(files.authority.certificate, join(folder, 'ca.crt'))
    await copyFile(ours.certificate, join(folder, 'client.cert'))
    await copyFile(ours.key, join(folder, 'client.key'))
    const certificateDirectories = [join(directory.path, 'certs.d')]
    await using client = createRegistryClient({ environment: {}, certificateDirectories })
    const repository = client.repository({ registry: server.host, repository: 'app' })
    assert.equal((await readContent(repository, descriptor)).length, descriptor.size)
    assert.deepEqual(shown, { server: 'ours', other: undefined })
  })

  test('are not done without where plain HTTP is not allowed', async () => {
    const heard: string[] = []
    await using plain = await startHttpServer((request, response) => {
      heard.push(request.url ?? '')
      response.writeHead(200).end()
    })
    await using proxy = await startTunnel(() => plain.host)
    const environment = { https_proxy: `http://${proxy.host}` }
    await using client = createRegistryClient({ environment, retry: { attemptsMax: 1 } })
    const repository = client.repository({ registry: 'registry.test', repository: 'app' })
    await assert.rejects(repository.has(descriptor, createJob()), (error) => {
      assert(error instanceof RegistryError)
      assert.equal(error.code, 'tls')
      assert.match(error.hint ?? '', /--tls-verify=false/)
      return true
    })
    assert.deepEqual(heard, [])
  })
})
