import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { baseSandbox } from '../support/base-images.ts'
import type { CommandSandbox } from '../support/command.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { skipUnlessRoot, startDocker, startPodman } from '../support/engines.ts'

const noMirror = await whyNoMirror()
const engines = [
  { name: 'podman', start: startPodman, skip: skipUnlessRoot('podman', 'runc') || noMirror },
  { name: 'docker', start: startDocker, skip: skipUnlessRoot('docker', 'dockerd') || noMirror },
]

describe('base images in engines', { concurrency: false }, () => {
  let sandbox: CommandSandbox
  let archive: string
  before(async () => {
    sandbox = await baseSandbox()
    archive = join(sandbox.path, 'images.tar')
    if (noMirror !== false) return
    await sandbox.succeed('base', 'node', '-t', 'localhost/node:1')
    await sandbox.succeed('base', 'shell', '-t', 'localhost/shell:1')
    await sandbox.succeed('save', '-o', archive, 'localhost/node:1', 'localhost/shell:1')
  })
  after(() => sandbox[Symbol.asyncDispose]())

  for (const { name, start, skip } of engines) {
    test(`run with ${name}, as the users that they name`, { skip }, async () => {
      await using engine = await start()
      await engine.run('load', '-i', archive)
      const program = 'console.log(process.getuid(), os.homedir(), process.version.split(".")[0])'
      assert.equal(await engine.runImage('localhost/node:1', 'node', '-e', program), '65532 /home/nonroot v20\n')
      const script = 'id -un; cat /etc/os-release | grep ^ID='
      assert.equal(await engine.runImage('localhost/shell:1', 'sh', '-c', script), 'root\nID=debian\n')
    })
  }
})
