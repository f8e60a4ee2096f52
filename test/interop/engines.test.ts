import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { parseReference } from '../../src/image/reference.ts'
import { createJob } from '../../src/std/job.ts'
import { openStore } from '../../src/store/layout-store.ts'
import { busyboxGreeting, busyboxSkipReason, writeBusyboxImage } from '../support/busybox-image.ts'
import { commandSandbox, type CommandSandbox } from '../support/command.ts'
import {
  output,
  skipUnlessInstalled,
  skipUnlessRoot,
  startDocker,
  startPodman,
  type Engine,
} from '../support/engines.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'

/** An image that runs, in the store of a command sandbox. @returns the digest of its manifest. */
async function makeImage(sandbox: CommandSandbox, name: string): Promise<string> {
  await using store = await openStore(sandbox.storePath, createJob())
  const { manifest } = await writeBusyboxImage(store, parseReference(name))
  return manifest.descriptor.digest
}

const engines: readonly {
  name: string
  start: () => Promise<Engine>
  skip: string | false
  plain: readonly string[]
}[] = [
  {
    name: 'podman',
    start: startPodman,
    skip: skipUnlessRoot('podman', 'runc') || busyboxSkipReason || registrySkipReason,
    plain: ['--tls-verify=false'],
  },
  {
    name: 'docker',
    start: startDocker,
    skip: skipUnlessRoot('docker', 'dockerd') || busyboxSkipReason || registrySkipReason,
    plain: [],
  },
]

for (const { name, start, skip, plain } of engines) {
  describe(`with ${name}`, { skip }, () => {
    test('what wherry pushed is pulled and runs', async () => {
      await using sandbox = await commandSandbox()
      await using registry = await startRegistry()
      await using engine = await start()
      const image = `${registry.host}/hello:1`
      await makeImage(sandbox, image)
      await sandbox.succeed('push', image)
      await engine.run('pull', ...plain, image)
      assert.equal(await engine.runImage(image), busyboxGreeting)
      await assert.rejects(engine.runImage(image, 'cat', '/deleted'))
    })

    test('what it pushed is pulled by wherry, and comes back as it was', async () => {
      await using sandbox = await commandSandbox()
      await using registry = await startRegistry()
      await using engine = await start()
      const [given, back] = [`${registry.host}/given:1`, `${registry.host}/back:1`]
      await makeImage(sandbox, given)
      await sandbox.succeed('push', given)
      await engine.run('pull', ...plain, given)
      await engine.run('tag', given, back)
      await engine.run('push', ...plain, back)
      await sandbox.succeed('pull', back)
      assert.match(await sandbox.succeed('inspect', back, '--cat', '/greeting'), /second layer/)
      assert.equal((await sandbox.run('inspect', back, '--cat', '/deleted')).status, 1)
      await sandbox.succeed('push', back, `${registry.host}/again:1`)
      await engine.run('pull', ...plain, `${registry.host}/again:1`)
      assert.equal(await engine.runImage(`${registry.host}/again:1`), busyboxGreeting)
    })

    for (const format of ['docker-archive', 'oci-archive']) {
      // Docker learned to load OCI archives without a manifest.json with version 25 only.
      if (name === 'docker' && format === 'oci-archive') continue
      test(`what wherry saved as ${format} is loaded and runs`, async () => {
        await using sandbox = await commandSandbox()
        await using engine = await start()
        await makeImage(sandbox, 'localhost/hello:1')
        const archive = join(sandbox.path, 'image.tar')
        await sandbox.succeed('save', '--format', format, '-o', archive, 'localhost/hello:1')
        await engine.run('load', '-i', archive)
        assert.equal(await engine.runImage('localhost/hello:1'), busyboxGreeting)
      })
    }

    test('what it saved is loaded by wherry', async () => {
      await using sandbox = await commandSandbox()
      await using engine = await start()
      await makeImage(sandbox, 'localhost/hello:1')
      const [out, back] = [join(sandbox.path, 'out.tar'), join(sandbox.path, 'back.tar')]
      await sandbox.succeed('save', '-o', out, 'localhost/hello:1')
      await engine.run('load', '-i', out)
      await engine.run('tag', 'localhost/hello:1', 'localhost/back:1')
      await engine.run('save', '-o', back, 'localhost/back:1')
      assert.match(await sandbox.succeed('load', '-i', back), /localhost\/back:1/)
      assert.match(await sandbox.succeed('inspect', 'localhost/back:1', '--cat', '/greeting'), /second layer/)
    })
  })
}

describe('with skopeo', { skip: skipUnlessInstalled('skopeo') || busyboxSkipReason || registrySkipReason }, () => {
  test('what wherry pushed is copied with its digest, and what skopeo pushed is pulled with its own', async () => {
    await using sandbox = await commandSandbox()
    await using registry = await startRegistry()
    const [ours, theirs] = [`${registry.host}/ours:1`, `${registry.host}/theirs:1`]
    const digest = await makeImage(sandbox, ours)
    await sandbox.succeed('push', ours)
    await output('skopeo', [
      ...['copy', '--src-tls-verify=false', '--dest-tls-verify=false', '--preserve-digests'],
      ...[`docker://${ours}`, `docker://${theirs}`],
    ])
    assert.equal((await sandbox.succeed('pull', theirs)).trim(), `${theirs}@${digest}`)
  })

  test('the store is a layout that skopeo reads, and a layout of skopeo is loaded', async () => {
    await using sandbox = await commandSandbox()
    const digest = await makeImage(sandbox, 'localhost/hello:1')
    const layout = join(sandbox.path, 'layout')
    await output('skopeo', ['copy', `oci:${sandbox.storePath}:localhost/hello:1`, `oci:${layout}:localhost/there:1`])
    await sandbox.succeed('load', '-i', layout)
    const [loaded] = JSON.parse(await sandbox.succeed('images', '--format', 'json', 'localhost/there:1'))
    assert.equal(loaded.digest, digest)
  })
})
