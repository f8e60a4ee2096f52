import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { describe, test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { createRegistryClient } from '../../src/registry-client/client.ts'
import { createJob } from '../../src/std/job.ts'
import { manifestOf, writeContent } from '../contracts/content.ts'
import { makeServerCertificate } from '../support/certificates.ts'
import { commandSandbox } from '../support/command.ts'
import { startHttpServer } from '../support/http-server.ts'
import { registrySkipReason, startRegistry, type TestRegistry } from '../support/registry.ts'
import { fillStore, realImage, storeIndex } from '../support/stored-images.ts'
import { temporaryDirectory } from '../../src/std/temporary.ts'

const skip = registrySkipReason

describe('push and pull', { skip }, () => {
  test('bring an image to a registry and back, and print its full name', async () => {
    await using registry = await startRegistry()
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const { digest, mediaType, size } = (await realImage('app:1')).manifest.descriptor
    const name = `${registry.host}/team/app:1`
    const { status, stdout, stderr } = await sandbox.run('push', 'app:1', name)
    assert.deepEqual([status, stdout], [0, `${name}@${digest}\n`], stderr)
    assert.match(stderr, /^[0-9a-f]{12} \([\d.]+kB\)$/m)

    await using other = await commandSandbox()
    const json: unknown = JSON.parse(await other.succeed('pull', '--format', 'json', name))
    assert.deepEqual(json, [{ reference: `${name}@${digest}`, digest, mediaType, size }])
    assert.match(await other.succeed('images'), new RegExp(`^${name} `, 'm'))
    assert.equal(await other.succeed('tags', `${registry.host}/team/app`), '1\n')
    assert.deepEqual(JSON.parse(await other.succeed('tags', `${registry.host}/team/app`, '--format=json')), {
      repository: `${registry.host}/team/app`,
      tags: ['1'],
    })
    assert.match(await other.succeed('inspect', `docker://${name}`), /^Platform +linux\/amd64$/m)
    assert.equal(await other.succeed('inspect', '--remote', name, '--cat', '/bin/sh'), '#!/bin/sh\n')
  })

  test('what is already there costs one request, also of a multi-platform image, and says so', async () => {
    await using registry = await startRegistry()
    await using sandbox = await commandSandbox()
    await storeIndex(sandbox.storePath, 'multi:1')
    const name = `${registry.host}/multi:1`
    await sandbox.succeed('push', 'multi:1', name)
    await using other = await commandSandbox()
    for (const words of [['--platform=linux/arm64'], ['--all-platforms']]) {
      const first = await other.succeed('pull', ...words, name)
      const before = await requestsOf(registry)
      const { status, stdout, stderr } = await other.run('pull', ...words, name)
      assert.deepEqual([status, stdout, stderr], [0, first, `${name}: already there\n`])
      const requests = (await requestsOf(registry)).slice(before.length)
      assert.deepEqual(requests, ['HEAD /v2/multi/manifests/1 200'])
    }
  })

  test('take the platforms that are asked for', async () => {
    await using registry = await startRegistry()
    await using sandbox = await commandSandbox()
    const index = await storeIndex(sandbox.storePath, 'multi:1')
    const name = `${registry.host}/multi:1`
    await sandbox.succeed('push', 'multi:1', name)
    const arm = (await realImage('multi:1', 'arm64')).manifest.descriptor.digest
    await using other = await commandSandbox({ DOCKER_DEFAULT_PLATFORM: 'linux/arm64' })
    assert.equal(await other.succeed('pull', name), `${name}@${arm}\n`)
    const both = await other.succeed('pull', '--platform', 'linux/amd64,linux/arm64', name)
    assert.equal(both, `${name}@${index.descriptor.digest}\n`)
    const { status, stdout, stderr } = await other.run('pull', '--platform=windows/amd64', name)
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /hint: It offers linux\/amd64, linux\/arm64\.\n$/)
  })

  test('remember between runs which repository has a layer, and mount it', async () => {
    await using registry = await startRegistry()
    await using cache = await temporaryDirectory()
    await using sandbox = await commandSandbox({ XDG_CACHE_HOME: cache.path })
    await fillStore(sandbox.storePath, ['app:1', 'app:2'])
    await sandbox.succeed('push', 'app:1', `${registry.host}/one:1`)
    const { stderr } = await sandbox.run('push', 'app:2', `${registry.host}/two:1`)
    const requests = await requestsOf(registry)
    assert.ok(requests.some((line) => /^POST \/v2\/two\/blobs\/uploads\/\?mount=.*from=one 201$/.test(line)))
    assert.match(stderr, /already there/)
  })

  test('say no to what is not there, with what was perhaps meant', async () => {
    await using registry = await startRegistry()
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:12'])
    await sandbox.succeed('push', 'app:12', `${registry.host}/app:12`)
    const { status, stdout, stderr } = await sandbox.run('pull', `${registry.host}/app:13`)
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /^error: .* has no tag 13 .*\nhint: Did you mean the tag 12\?\n$/)
    assert.equal((await sandbox.run('push', 'nothing', `${registry.host}/x`)).status, 1)
    assert.equal((await sandbox.run('tags', `${registry.host}/nothing`)).status, 1)
  })

  test('what is no registry is a failure', async () => {
    await using server = await startHttpServer((_request, response) => response.end('<html>'))
    await using sandbox = await commandSandbox()
    const { status, stdout, stderr } = await sandbox.run('tags', `${server.host}/app`)
    assert.deepEqual([status, stdout], [3, ''])
    assert.ok(stderr.startsWith(`error: ${server.host}`), stderr)
  })
})

describe('copy', { skip }, () => {
  test('brings an index from registry to registry, all platforms of it, with no store', async () => {
    await using from = await startRegistry()
    await using to = await startRegistry()
    await using sandbox = await commandSandbox()
    const index = await storeIndex(sandbox.storePath, 'multi:1')
    await sandbox.succeed('push', 'multi:1', `${from.host}/multi:1`)
    await using other = await commandSandbox()
    const copied = await other.succeed('copy', `docker://${from.host}/multi:1`, `${to.host}/copied:2`)
    assert.equal(copied, `${index.descriptor.digest}\n`)
    assert.equal(
      await sandbox.succeed('inspect', '--raw', `docker://${to.host}/copied:2`),
      Buffer.from(index.bytes).toString(),
    )
    assert.match(await other.succeed('images'), /^REFERENCE.*\n$/)
    await other.succeed('copy', `${to.host}/copied:2`, 'oci:layout')
    assert.equal(await other.succeed('copy', 'oci:layout', 'store:multi'), copied)
  })

  test('brings signatures and SBOMs along when it is told to', async () => {
    await using registry = await startRegistry()
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    await sandbox.succeed('push', 'app:1', `${registry.host}/app:1`)
    const { manifest, config } = await realImage('app:1')
    const artifact = manifestOf(config, [], { artifactType: 'application/vnd.test.sbom', subject: manifest.descriptor })
    {
      await using client = createRegistryClient({ environment: {} })
      await writeContent(client.repository({ registry: registry.host, repository: 'app' }, 'push'), artifact)
    }
    const target = { registry: registry.host, repository: 'copied' }
    const referrers = async () => {
      await using client = createRegistryClient({ environment: {} })
      return await client.repository(target).referrers(manifest.descriptor, createJob())
    }
    await sandbox.succeed('copy', `${registry.host}/app:1`, `${registry.host}/copied:1`)
    assert.deepEqual(await referrers(), [])
    await sandbox.succeed('copy', '--referrers', `${registry.host}/app:1`, `${registry.host}/copied:1`)
    assert.deepEqual(
      (await referrers()).map((each) => each.digest),
      [artifact.descriptor.digest],
    )
  })
})

describe('rm --remote', { skip }, () => {
  test('deletes an image by its digest, and says how where a registry deletes no tags', async () => {
    await using registry = await startRegistry()
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const name = `${registry.host}/app`
    const full = (await sandbox.succeed('push', 'app:1', `${name}:1`)).trim()
    const byTag = await sandbox.run('rm', '--remote', `${name}:1`)
    const byDigest = full.replace(':1@', '@')
    assert.deepEqual([byTag.status, byTag.stdout], [2, ''])
    assert.ok(
      byTag.stderr.includes(`hint: To delete the image with all its tags: wherry rm --remote ${byDigest}\n`),
      byTag.stderr,
    )
    assert.equal(await sandbox.succeed('rm', `docker://${byDigest}`), `${byDigest}\n`)
    assert.equal((await sandbox.run('pull', `${name}:1`)).status, 1)
    assert.equal((await sandbox.run('rm', '--remote', byDigest)).status, 1)
    assert.equal(await sandbox.succeed('rm', '--force', '--remote', byDigest), '')
  })
})

describe('TLS', { skip }, () => {
  test('trusts what it is told to trust, by option and by configuration', async () => {
    await using folder = await temporaryDirectory()
    const certificate = await makeServerCertificate(folder.path)
    await using registry = await startRegistry({ tls: certificate })
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const name = `${registry.host}/app:1`
    const refused = await sandbox.run('push', 'app:1', name)
    assert.deepEqual([refused.status, refused.stdout], [3, ''])
    await sandbox.succeed('push', '--ca-file', certificate.authority.certificate, 'app:1', name)
    await sandbox.succeed('pull', '--tls-verify=false', name)
  })
})

/** What the registry has logged, up to now: a request of our own marks where that is. */
async function requestsOf(registry: TestRegistry): Promise<readonly string[]> {
  const mark = `/v2/mark/${randomUUID()}`
  await fetch(`http://${registry.host}${mark}`)
  const isMarked = (line: string): boolean => line.includes(mark)
  while (!registry.requests.some(isMarked)) await setImmediate()
  return registry.requests.filter((line) => !line.includes('/v2/mark/'))
}
