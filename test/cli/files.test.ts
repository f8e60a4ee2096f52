import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { promisify } from 'node:util'
import { commandSandbox } from '../support/command.ts'
import { fillStore, realImage, storeIndex } from '../support/stored-images.ts'

const run = promisify(execFile)
const skopeoSkip = existsSync('/usr/bin/skopeo') ? false : 'skopeo is not installed'

describe('save and load', () => {
  for (const format of ['docker-archive', 'oci-archive', 'oci-dir']) {
    test(`${format}: what is saved is loaded again with the same digest`, async () => {
      await using sandbox = await commandSandbox()
      await fillStore(sandbox.storePath, ['app:1', 'localhost:5000/web:2'])
      const path = join(sandbox.path, 'saved')
      assert.equal(await sandbox.succeed('save', '--format', format, '-o', path, 'app:1', 'localhost:5000/web:2'), '')
      const before = await sandbox.succeed('images', '--digests')
      await using other = await commandSandbox()
      const { manifest } = await realImage('app:1')
      const loaded = await other.succeed('load', '-i', path)
      assert.match(
        loaded,
        new RegExp(`^docker\\.io/library/app:1@${manifest.descriptor.digest}\nlocalhost:5000/web:2@`),
      )
      assert.equal(await other.succeed('images', '--digests'), before)
    })
  }

  test('go through pipes', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const { stdoutBytes, stderr } = await sandbox.run('save', 'app:1')
    assert.match(stderr, /standard output: written/)
    await using other = await commandSandbox()
    const { status, stdout } = await other.runWithInput(stdoutBytes, 'load', '-q', '--format', 'json')
    const { manifest } = await realImage('app:1')
    const { digest, mediaType, size } = manifest.descriptor
    assert.equal(status, 0)
    assert.deepEqual(JSON.parse(stdout), [{ reference: `docker.io/library/app:1@${digest}`, digest, mediaType, size }])
  })

  test('take single platforms', async () => {
    await using sandbox = await commandSandbox()
    const index = await storeIndex(sandbox.storePath, 'multi:1')
    const path = join(sandbox.path, 'saved.tar')
    await sandbox.succeed('save', '--platform', 'linux/arm64', '-o', path, 'multi:1')
    const arm = await realImage('multi:1', 'arm64')
    await using other = await commandSandbox()
    assert.match(await other.succeed('load', '-i', path), new RegExp(arm.manifest.descriptor.digest))
    await sandbox.succeed('save', '--platform', 'linux/arm64,linux/amd64', '-o', path, 'multi:1')
    assert.match(await other.succeed('load', '-i', path), new RegExp(index.descriptor.digest))
    assert.match(
      await other.succeed('load', '-i', path, '--platform=linux/arm64'),
      new RegExp(arm.manifest.descriptor.digest),
    )
  })

  test('name an image that has no name, and keep it without one', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const id = (await sandbox.succeed('images', '-q')).trim()
    const path = join(sandbox.path, 'saved.tar')
    await sandbox.succeed('save', '-o', path, id)
    await using other = await commandSandbox()
    assert.match(await other.succeed('load', '-i', path), /^sha256:[0-9a-f]{64}\n$/)
    assert.equal(await other.succeed('prune'), 'freed 0B\n')
    assert.match(await other.succeed('images'), /^<none> /m)
    assert.match(
      await other.succeed('load', '-i', path, '--tag', 'named'),
      /^docker\.io\/library\/named:latest@sha256:/,
    )
  })

  test('a layout whose image has a tag alone is loaded without a name, and says so unless it is given one', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const layout = join(sandbox.path, 'layout')
    await sandbox.succeed('copy', 'store:app:1', `oci:${layout}:1`)
    assert.match((await sandbox.run('load', '-i', layout)).stderr, /"1" is a tag/)
    const named = await sandbox.run('load', '-i', layout, '--tag', 'named:2')
    assert.doesNotMatch(named.stderr, /is a tag/)
    assert.match(named.stdout, /^docker\.io\/library\/named:2@sha256:/)
  })

  test('refuse what is no archive, and a name for several images', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1', 'web:2'])
    const path = join(sandbox.path, 'file')
    await writeFile(path, 'no archive')
    const noArchive = await sandbox.run('load', '-i', path)
    assert.deepEqual([noArchive.status, noArchive.stdout], [2, ''])
    assert.match(noArchive.stderr, /^error: .*file is no tar archive/)
    await sandbox.succeed('save', '-o', path, 'app:1', 'web:2')
    const several = await sandbox.run('load', '-i', path, '--tag', 'x')
    assert.equal(several.status, 2)
    assert.match(several.stderr, /--tag names one image, and there are 2/)
    assert.equal((await sandbox.run('load', '-i', join(sandbox.path, 'nothing'))).status, 2)
    assert.equal((await sandbox.run('save', '-o', path, 'nothing')).status, 1)
    assert.equal((await sandbox.run('save', '--format', 'oci-dir', 'app:1')).status, 2)
  })
})

describe('copy', () => {
  test('goes between the store, image layouts and archives, and keeps every digest', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const { manifest } = await realImage('app:1')
    const digest = `${manifest.descriptor.digest}\n`
    const places = ['oci:layout', 'oci-archive:a.tar', 'docker-archive:b.tar', 'oci:layout2:web:2', 'store:again:3']
    let from = 'store:app:1'
    for (const place of places) {
      assert.equal(await sandbox.succeed('copy', from, place), digest, place)
      from = place
    }
    assert.match(await sandbox.succeed('images'), /^again:3 /m)
  })

  test('takes single platforms out of an index, and says what there is', async () => {
    await using sandbox = await commandSandbox()
    await storeIndex(sandbox.storePath, 'multi:1')
    const arm = await realImage('multi:1', 'arm64')
    const copied = await sandbox.succeed(
      'copy',
      '--platform=linux/arm64',
      'store:multi:1',
      'oci-archive:arm.tar',
      '--format=json',
    )
    const { digest, mediaType, size } = arm.manifest.descriptor
    assert.deepEqual(JSON.parse(copied), { destination: 'oci-archive:arm.tar', digest, mediaType, size })
    const { status, stderr } = await sandbox.run('copy', '--platform=linux/s390x', 'store:multi:1', 'oci:x')
    assert.equal(status, 1)
    assert.match(stderr, /It offers linux\/amd64, linux\/arm64/)
  })

  test('asks for a name where there are several images', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1', 'web:2'])
    await sandbox.succeed('copy', 'store:app:1', 'oci:layout')
    await sandbox.succeed('copy', 'store:web:2', 'oci:layout')
    const unclear = await sandbox.run('copy', 'oci:layout', 'store:x')
    assert.deepEqual([unclear.status, unclear.stdout], [1, ''])
    assert.match(unclear.stderr, /which one is meant\?\nhint: Put a name behind it: app:1, web:2\./)
    const wrong = await sandbox.run('copy', 'oci:layout:web:3', 'store:x')
    assert.match(wrong.stderr, /hint: Did you mean web:2\?/)
    await sandbox.succeed('copy', 'oci:layout:web:2', 'store:x')
  })

  test('leaves no file behind when it fails, and a file that was there as it was', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const path = join(sandbox.path, 'a.tar')
    await writeFile(path, 'precious')
    const { layers } = await realImage('app:1')
    const blob = join(sandbox.storePath, 'blobs/sha256', layers[1]?.descriptor.digest.slice('sha256:'.length) ?? '')
    const bytes = await readFile(blob)
    await writeFile(blob, bytes.fill(0, 0, 10))
    const { status, stderr } = await sandbox.run('copy', 'store:app:1', `oci-archive:${path}`)
    assert.equal(status, 3, stderr)
    assert.equal(await readFile(path, 'utf8'), 'precious')
  })

  test('what skopeo wrote is read, and skopeo reads what was written', { skip: skopeoSkip }, async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const cwd = { cwd: sandbox.path }
    await sandbox.succeed('copy', 'store:app:1', 'docker-archive:a.tar')
    await run('skopeo', ['--insecure-policy', 'copy', 'docker-archive:a.tar', 'oci:by-skopeo:latest'], cwd)
    const digest = await sandbox.succeed('copy', 'oci:by-skopeo:latest', 'store:back:1')
    await run('skopeo', ['--insecure-policy', 'copy', 'oci:by-skopeo:latest', 'docker-archive:b.tar:back:2'], cwd)
    await sandbox.succeed('load', '-i', 'b.tar')
    assert.match(await sandbox.succeed('images'), /^back:2 /m)
    await sandbox.succeed('copy', 'store:back:1', 'oci:out:back:1')
    await run('skopeo', ['inspect', 'oci:out:docker.io/library/back:1'], cwd)
    await sandbox.succeed('copy', 'store:back:1', 'oci:out:v1')
    await run('skopeo', ['inspect', 'oci:out:v1'], cwd)
    await sandbox.succeed('copy', 'store:back:1', 'oci-archive:out.tar:v1')
    await run('skopeo', ['inspect', 'oci-archive:out.tar:v1'], cwd)
    assert.equal(await sandbox.succeed('copy', 'oci:out:v1', 'store:back:3'), digest)
    assert.match(digest, /^sha256:/)
    assert.ok((await stat(join(sandbox.path, 'out', 'index.json'))).isFile())
  })
})
