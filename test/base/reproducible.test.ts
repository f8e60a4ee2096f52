import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import { baseSandbox, makeBaseImage } from '../support/base-images.ts'
import type { CommandSandbox } from '../support/command.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'

describe('base images of the same packages', { skip: await whyNoMirror(), concurrency: false }, () => {
  let sandbox: CommandSandbox
  before(async () => {
    sandbox = await baseSandbox()
  })
  after(() => sandbox[Symbol.asyncDispose]())

  test('have the same digest with a cold cache and a warm one, on any machine', async () => {
    const lock = join(sandbox.path, 'cc.lock')
    const first = await makeBaseImage(sandbox, 'cc', '--lock', lock)
    const warm = await makeBaseImage(sandbox, 'cc', '--lock', lock, '--offline')
    assert.deepEqual(warm, first)
    await using cache = await temporaryDirectory()
    await using other = await baseSandbox({ XDG_CACHE_HOME: cache.path })
    const cold = await makeBaseImage(other, 'cc', '--lock', lock)
    assert.deepEqual(cold, first)
    const again = await makeBaseImage(other, 'cc', '--lock', lock, '--offline')
    assert.deepEqual(again, first)
  })

  test('share the layers of the recipes that they extend', async () => {
    const digests = async (...words: readonly string[]): Promise<readonly string[]> => {
      const { images } = await makeBaseImage(sandbox, ...words)
      return images.flatMap(({ layers }) => layers.map(({ digest }) => digest))
    }
    const [base, cc, shell] = [await digests('base'), await digests('cc'), await digests('shell')]
    assert.deepEqual(cc.slice(0, -1), base)
    assert.deepEqual(shell.slice(0, -1), base)
    assert.deepEqual((await digests('base', '--packages', 'libstdc++6')).slice(0, -1), base)
  })

  test('have no file that is newer than SOURCE_DATE_EPOCH', async () => {
    const created = async (name: string): Promise<string> =>
      JSON.parse(await sandbox.succeed('inspect', name, '--format', 'json')).created
    await sandbox.succeed('base', 'static', '-t', 'usual:1')
    assert.ok(Date.parse(await created('usual:1')) > Date.UTC(2023, 0))
    await using old = await baseSandbox({ SOURCE_DATE_EPOCH: '1600000000' })
    await old.succeed('--store', sandbox.storePath, 'base', 'static', '-t', 'old:1')
    assert.equal(await created('old:1'), '2020-09-13T12:26:40Z')
    const files = JSON.parse(await sandbox.succeed('inspect', 'old:1', '--files', '/', '-R', '--format', 'json'))
    for (const { path, modified } of files) assert.ok(Date.parse(modified) <= 1_600_000_000_000, path)
  })

  test('are there for Debian 12 and 13, and for other processors', async () => {
    const platforms = 'linux/amd64,linux/arm64'
    for (const [suite, version] of [
      ['12', '12'],
      ['trixie', '13'],
    ] as const) {
      const name = `debian-${version}:1`
      const { images } = await makeBaseImage(sandbox, 'cc', '--suite', suite, '--platform', platforms, '-t', name)
      assert.deepEqual(
        images.map(({ platform }) => platform),
        ['linux/amd64', 'linux/arm64'],
      )
      for (const { platform, packages } of images) {
        assert.deepEqual(new Set(packages.map(({ name: each }) => each)).size, packages.length)
        const release = await sandbox.succeed('inspect', name, '--platform', platform, '--cat', '/etc/os-release')
        assert.match(release, new RegExp(`^VERSION_ID="${version}"$`, 'm'))
      }
      // Of each processor its own: e_machine of ELF is 62 for x86-64 and 183 for ARM's.
      for (const [platform, triplet, machine] of [
        ['linux/amd64', 'x86_64', 62],
        ['linux/arm64', 'aarch64', 183],
      ] as const) {
        const path = `/usr/lib/${triplet}-linux-gnu/libc.so.6`
        const { stdoutBytes } = await sandbox.run('inspect', name, '--platform', platform, '--cat', path)
        assert.equal(Buffer.from(stdoutBytes).readUInt16LE(18), machine)
      }
    }
  })

  test('are as small as they should be', async () => {
    const goals: Readonly<Record<string, number>> = { static: 0.6e6, base: 8e6, cc: 9e6, shell: 9e6 }
    for (const [recipe, bytesMax] of Object.entries(goals)) {
      const { images } = await makeBaseImage(sandbox, recipe)
      const sizeBytes = images[0]?.size ?? Number.POSITIVE_INFINITY
      assert.ok(sizeBytes < bytesMax, `${recipe} has ${sizeBytes} bytes`)
    }
  })

  test('are of packages that their lock names by hash', async () => {
    const lock = join(sandbox.path, 'shell.lock')
    const { images } = await makeBaseImage(sandbox, 'shell', '--lock', lock)
    const text = await readFile(lock, 'utf8')
    for (const { name, sha256 } of images[0]?.packages ?? []) assert.ok(text.includes(sha256), name)
  })
})
