import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { buildSandbox, buildSandboxSkipReason } from '../support/build-sandbox.ts'
import { skipUnlessRoot, startContainerd, startDocker, startPodman } from '../support/engines.ts'
import { registrySkipReason, startRegistry, type TestRegistry } from '../support/registry.ts'

/** Each kind of step, files that RUN deletes and changes, a user, and what the config says of running it. */
const dockerfile = [
  'FROM base:1 AS made',
  'RUN mkdir -p /data/old /data/kept && echo one > /data/old/a && echo two > /data/kept/b && ln /data/kept/b /data/kept/c',
  'FROM base:1',
  'COPY --from=made /data /data',
  'RUN rm -r /data/old /etc/group && chown -R ada /data && chmod 0700 /data/kept',
  'COPY --chmod=0755 start /start',
  'ENV WORD=hello',
  'WORKDIR /data/kept',
  'USER ada',
  'ENTRYPOINT ["/start"]',
  'CMD ["as built"]',
].join('\n')

const script = '#!/bin/sh\necho "$WORD, $1, $(id -u), $(cat b c | tr "\\n" " ")$(ls /data) $(ls /etc/group 2>&1)"\n'
const said = 'hello, as built, 1000, two two kept ls: /etc/group: No such file or directory\n'

const engines = [
  { name: 'podman', start: startPodman, skip: skipUnlessRoot('podman', 'runc'), plain: ['--tls-verify=false'] },
  { name: 'docker', start: startDocker, skip: skipUnlessRoot('docker', 'dockerd'), plain: [] },
  { name: 'containerd', start: startContainerd, skip: skipUnlessRoot('containerd', 'ctr'), plain: ['--plain-http'] },
]

describe('what wherry built and pushed', { skip: buildSandboxSkipReason || registrySkipReason }, () => {
  const owned = new AsyncDisposableStack()
  let registry: TestRegistry
  before(async () => {
    registry = owned.use(await startRegistry())
    await using at = await buildSandbox()
    at.write('start', script)
    for (const compression of ['gzip', 'zstd']) {
      const words = ['--compression', compression, '-t', `${registry.host}/app:${compression}`, '--push']
      const { status, said: complaint } = await at.build(dockerfile, ...words)
      assert.equal(status, 0, complaint)
    }
  })
  after(() => owned.disposeAsync())

  for (const { name, start, skip, plain } of engines) {
    test(`is pulled and run by ${name}`, { skip }, async () => {
      await using engine = await start()
      // Docker 20.10 reads no zstd.
      for (const compression of name === 'docker' ? ['gzip'] : ['gzip', 'zstd']) {
        const image = `${registry.host}/app:${compression}`
        await engine.run('pull', ...plain, image)
        assert.equal(await engine.runImage(image), said)
      }
    })
  }
})
