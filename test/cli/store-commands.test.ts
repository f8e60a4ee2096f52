import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { commandSandbox } from '../support/command.ts'
import { assertGolden } from '../support/golden.ts'
import { fillStore, realImage, storeIndex } from '../support/stored-images.ts'

const golden = (name: string): URL => new URL(`golden/${name}`, import.meta.url)

/** Images of 1980 age by a year each year. */
function withoutAges(text: string): string {
  return text.replace(/\d\d years ago/g, 'NN years ago')
}

describe('images', () => {
  test('lists everything, as a table, in full and for programs', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1', 'localhost:5000/team/web:2'])
    await storeIndex(sandbox.storePath, 'multi:latest')
    await assertGolden(withoutAges(await sandbox.succeed('images')), golden('images.txt'))
    await assertGolden(withoutAges(await sandbox.succeed('images', '--digests')), golden('images-digests.txt'))
    await assertGolden(await sandbox.succeed('images', '--format', 'json'), golden('images.json.txt'))
  })

  test('prints titles alone for an empty store, and an empty list for programs', async () => {
    await using sandbox = await commandSandbox()
    assert.equal(await sandbox.succeed('images'), 'REFERENCE   ID   PLATFORM   CREATED   SIZE\n')
    assert.equal(await sandbox.succeed('images', '--format=json'), '[]\n')
    assert.equal(await sandbox.succeed('images', '-q'), '')
  })

  test('narrows by name and filter, and prints IDs alone', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1', 'app:2', 'web:1'])
    const image = await realImage('app:2')
    const id = image.manifest.descriptor.digest.slice('sha256:'.length, 'sha256:'.length + 12)
    assert.equal(await sandbox.succeed('images', '-q', 'app:2'), `${id}\n`)
    assert.equal(await sandbox.succeed('images', '-q', '--filter', 'label=mark=app:2'), `${id}\n`)
    assert.equal((await sandbox.succeed('images', '-q', 'app')).split('\n').length, 3)
  })

  test('shows the others when one is damaged', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1', 'web:1'])
    const { manifest } = await realImage('app:1')
    await rm(join(sandbox.storePath, 'blobs/sha256', manifest.descriptor.digest.slice('sha256:'.length)))
    const { status, stdout, stderr } = await sandbox.run('images')
    assert.equal(status, 0)
    assert.match(stdout, /^app:1 .* damaged .*\?$/m)
    assert.match(stdout, /^web:1 .*linux\/amd64/m)
    assert.match(stderr, /^warning: docker\.io\/library\/app:1: /)
  })
})

describe('inspect', () => {
  test('tells what an image is made of, for people and for programs', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    await assertGolden(withoutAges(await sandbox.succeed('inspect', 'app:1')), golden('inspect.txt'))
    await assertGolden(await sandbox.succeed('inspect', 'app:1', '--format', 'json'), golden('inspect.json.txt'))
  })

  test('tells what a multi-platform image offers, and shows the platform that is asked for', async () => {
    await using sandbox = await commandSandbox()
    await storeIndex(sandbox.storePath, 'multi:1')
    const text = await sandbox.succeed('inspect', 'multi:1', '--platform', 'linux/arm64')
    await assertGolden(withoutAges(text), golden('inspect-index.txt'))
    const { status, stderr } = await sandbox.run('inspect', 'multi:1', '--platform', 'linux/s390x')
    assert.equal(status, 1)
    assert.match(
      stderr,
      /^error: no image for linux\/s390x in the index\nhint: It offers linux\/amd64, linux\/arm64\.\n$/,
    )
  })

  test('prints manifest, index and config byte by byte', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const index = await storeIndex(sandbox.storePath, 'multi:1')
    const { manifest, config } = await realImage('app:1')
    const raw = await sandbox.run('inspect', '--raw', 'app:1')
    assert.deepEqual(Buffer.from(raw.stdoutBytes), Buffer.from(manifest.bytes))
    assert.equal(await sandbox.succeed('inspect', 'app:1', '--config'), Buffer.from(config.bytes).toString())
    assert.equal(await sandbox.succeed('inspect', '--raw', 'multi:1'), Buffer.from(index.bytes).toString())
    const arm = await realImage('multi:1', 'arm64')
    const platform = ['--platform', 'linux/arm64']
    assert.equal(
      await sandbox.succeed('inspect', '--raw', 'multi:1', ...platform),
      Buffer.from(arm.manifest.bytes).toString(),
    )
  })

  test('lists and prints files, with links followed inside the image', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    await assertGolden(await sandbox.succeed('inspect', 'app:1', '--files', '-R'), golden('inspect-files.txt'))
    await assertGolden(
      await sandbox.succeed('inspect', 'app:1', '--files', '/bin', '--format=json'),
      golden('inspect-files.json.txt'),
    )
    assert.equal(await sandbox.succeed('inspect', 'app:1', '--cat', '/bin/../bin/sh'), '#!/bin/sh\n')
    const { status, stdout, stderr } = await sandbox.run('inspect', 'app:1', '--cat', '/etc/os-relase')
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /error: \/etc\/os-relase is not in the image\nhint: Did you mean \/etc\/os-release\?/)
    assert.equal((await sandbox.run('inspect', 'app:1', '--cat', '/etc')).status, 2)
  })

  test('takes an ID, and says no to a name that is not there', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    const id = (await sandbox.succeed('images', '-q')).trim()
    assert.match(await sandbox.succeed('inspect', id.slice(0, 8)), /^Manifest +sha256:/)
    const { status, stdout, stderr } = await sandbox.run('inspect', 'app:2')
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, /^error: app:2 is not in .*\nhint: Did you mean app:1\?\n$/)
  })
})

describe('tag and rm', () => {
  test('give and take names', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    assert.equal(await sandbox.succeed('tag', 'app:1', 'ghcr.io/me/app'), 'ghcr.io/me/app:latest\n')
    const id = (await sandbox.succeed('images', '-q')).trim()
    assert.equal(await sandbox.succeed('tag', id, 'app:by-id'), 'docker.io/library/app:by-id\n')
    assert.equal(await sandbox.succeed('-q', 'rm', 'app:1'), 'docker.io/library/app:1\n')
    assert.equal((await sandbox.run('inspect', 'app:1')).status, 1)
  })

  test('an ID with several names is only removed by force', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    await sandbox.succeed('tag', 'app:1', 'app:2')
    const id = (await sandbox.succeed('images', '-q')).trim()
    const refused = await sandbox.run('rm', id)
    assert.deepEqual([refused.status, refused.stdout], [1, ''])
    assert.match(refused.stderr, /has 2 names: .*app:1, .*app:2\nhint: Remove them one by one, or all with --force\./)
    assert.equal(await sandbox.succeed('rmi', '-f', id), 'docker.io/library/app:1\ndocker.io/library/app:2\n')
  })

  test('what is not there is a no, and nothing with --force', async () => {
    await using sandbox = await commandSandbox()
    const { status, stdout } = await sandbox.run('rm', 'app:1')
    assert.deepEqual([status, stdout], [1, ''])
    assert.equal(await sandbox.succeed('rm', '--force', 'app:1'), '')
  })
})

describe('prune', () => {
  test('deletes what no name leads to, and says so', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1', 'app:2'])
    await sandbox.succeed('inspect', 'app:1', '--files')
    assert.equal(await sandbox.succeed('prune'), 'freed 0B\n')
    await sandbox.succeed('rm', 'app:1')
    const dry = await sandbox.succeed('prune', '--dry-run')
    assert.match(dry, /^(?:would delete .*\n){4}would free [\d.]+kB\n$/)
    assert.equal(await sandbox.succeed('prune', '-n'), dry)
    const done = await sandbox.succeed('prune')
    assert.equal(done, dry.replaceAll('would delete', 'deleted').replace('would free', 'freed'))
    assert.equal(await sandbox.succeed('prune'), 'freed 0B\n')
    assert.match(await sandbox.succeed('inspect', 'app:2', '--cat', 'app/main.js'), /console/)
  })

  test('leaves the layer cache, or takes it whole, when told to', async () => {
    await using sandbox = await commandSandbox()
    await fillStore(sandbox.storePath, ['app:1'])
    await sandbox.succeed('inspect', 'app:1', '--files')
    assert.equal(await sandbox.succeed('prune', '--layers', 'none'), 'freed 0B\n')
    const report: unknown = JSON.parse(await sandbox.succeed('prune', '--layers=all', '--format=json'))
    assert.ok(typeof report === 'object' && report !== null && 'layers' in report && Array.isArray(report.layers))
    assert.equal(report.layers.length, 2)
  })
})
