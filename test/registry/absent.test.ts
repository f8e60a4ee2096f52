import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { describe, test } from 'node:test'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import { parseReference } from '../../src/image/reference.ts'
import { createJob, type Job } from '../../src/std/job.ts'

/** A job that does not wait, and calls `sleep` where it would have. */
function hastyJob(sleep: () => Promise<void>): Job {
  return createJob({ clock: { now: () => Date.now(), sleep } })
}

/** A server that has every manifest. @returns its port, and how to stop it. */
async function startServer(port: number) {
  const server = createServer((_, response) => {
    const headers = { 'docker-content-digest': `sha256:${'a'.repeat(64)}`, 'content-length': 1, connection: 'close' }
    response.writeHead(200, { ...headers, 'content-type': 'application/vnd.oci.image.manifest.v1+json' }).end()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert.ok(address !== null && typeof address === 'object')
  return { port: address.port, stop: () => new Promise((resolve) => server.close(resolve)) }
}

describe('a registry that is not there', () => {
  test('is not asked again when it never was', async () => {
    const { port, stop } = await startServer(0)
    await stop()
    let sleeps = 0
    const job = hastyJob(async () => {
      sleeps += 1
    })
    for (const host of [`127.0.0.1:${port}`, 'registry.invalid']) {
      await using client = createRegistryClient({ environment: {}, certificateDirectories: [] })
      const reference = parseReference(`${host}/app:1`)
      await assert.rejects(client.repository(reference).resolve(reference, job), { code: 'unreachable' })
    }
    assert.equal(sleeps, 0)
  })

  test('is asked again when it was there a moment ago, and may come back', async () => {
    const first = await startServer(0)
    await using client = createRegistryClient({ environment: {}, certificateDirectories: [] })
    const reference = parseReference(`127.0.0.1:${first.port}/app:1`)
    const repository = client.repository(reference)
    const found = await repository.resolve(reference, createJob())
    await first.stop()
    let second: Awaited<ReturnType<typeof startServer>> | undefined
    const job = hastyJob(async () => {
      second ??= await startServer(first.port)
    })
    assert.deepEqual(await repository.resolve(reference, job), found)
    assert.ok(second !== undefined)
    await second.stop()
  })
})
