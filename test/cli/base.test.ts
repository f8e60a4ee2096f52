import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { appPackage, baseArchive, libPackage } from '../support/base-archive.ts'
import { makeBaseImage } from '../support/base-images.ts'
import { commandSandbox } from '../support/command.ts'

const fixed =
  'app (1.0-2) stable; urgency=high\n\n  * Fix CVE-2026-1234.\n\napp (1.0-1) stable; urgency=low\n\n  * CVE-2025-1\n'

describe('wherry base', () => {
  test('makes an image of a recipe, and tells what it is', async () => {
    await using archive = await baseArchive()
    const { sandbox, recipe } = archive
    const text = await sandbox.succeed('base', recipe, '-t', 'app:1')
    const [, digest = ''] = /^docker\.io\/library\/app:1@(sha256:[0-9a-f]{64})\n/.exec(text) ?? []
    assert.match(text, /^linux\/amd64 {2}\S+ compressed, 1 layer, 2 packages\nLAYER +SIZE +UNPACKED +PACKAGES\napp /m)
    const result = await makeBaseImage(sandbox, recipe, '-t', 'app:1')
    assert.equal(result.digest, digest)
    assert.deepEqual(result.images[0]?.packages.map(({ name, version }) => `${name} ${version}`).toSorted(), ['app 1.0-1', 'lib 2.0']) // prettier-ignore
    assert.equal(await sandbox.succeed('inspect', 'app:1', '--cat', '/usr/bin/app'), '#!/bin/sh\necho 1.0-1\n')
    const listed = JSON.parse(await sandbox.succeed('inspect', 'app:1', '--packages', '--format', 'json'))
    assert.deepEqual(
      listed.map(({ name }: { name: string }) => name),
      ['app', 'lib'],
    )
    assert.match(await sandbox.succeed('inspect', 'app:1', '--packages'), /^app +1\.0-1 +amd64 +app$/m)
  })

  test('puts packages on top of a recipe', async () => {
    await using archive = await baseArchive()
    await archive.publish([appPackage('1.0-1', ''), libPackage, { name: 'more' }])
    const { images } = await makeBaseImage(archive.sandbox, archive.recipe, '--packages', 'more, lib')
    assert.deepEqual(
      images[0]?.layers.map(({ name }) => name),
      ['app', 'packages'],
    )
  })

  test('without a name keeps the image under its ID', async () => {
    await using archive = await baseArchive()
    const { digest } = await makeBaseImage(archive.sandbox, archive.recipe)
    await archive.sandbox.succeed('prune')
    await archive.sandbox.succeed('inspect', digest.slice(7, 19))
  })

  test('attaches documents that say who made what, unless told not to', async () => {
    await using archive = await baseArchive()
    const { sandbox, recipe } = archive
    const text = await sandbox.succeed('base', recipe, '-t', 'app:1', '--format', 'json')
    const { spdx, cycloneDx } = JSON.parse(text).images[0]
    for (const [digest, type] of [
      [spdx, 'application/spdx+json'],
      [cycloneDx, 'application/vnd.cyclonedx+json'],
    ]) {
      const artifact = JSON.parse(await sandbox.succeed('inspect', digest.slice(7), '--format', 'json'))
      assert.equal(artifact.artifactType, type)
      assert.equal(artifact.subject, JSON.parse(text).digest)
      const blob = await readFile(join(sandbox.storePath, 'blobs/sha256', artifact.layers[0].digest.slice(7)), 'utf8')
      assert.match(blob, /pkg:deb\/debian\/app@1\.0-1\?arch=amd64&distro=debian-12/)
      assert.match(blob, /"MIT"/)
    }
    assert.deepEqual(await makeBaseImage(sandbox, recipe, '--no-sbom').then(({ images }) => images[0]), {
      ...JSON.parse(text).images[0],
      ...{ spdx: null, cycloneDx: null },
    })
  })
})

describe('wherry base --lock', () => {
  test('writes what was chosen, and keeps to it whatever the mirror has then', async () => {
    await using archive = await baseArchive()
    const { sandbox, recipe, publish } = archive
    const first = await makeBaseImage(sandbox, recipe, '--lock', 'app.lock')
    const lock = await readFile(join(sandbox.path, 'app.lock'), 'utf8')
    assert.match(lock, /"name":"app","version":"1\.0-1"/)
    await publish([appPackage('1.0-2', fixed), libPackage])
    const again = await makeBaseImage(sandbox, recipe, '--lock', 'app.lock', '--offline')
    assert.deepEqual([again.digest, again.changes], [first.digest, null])
    assert.equal(await readFile(join(sandbox.path, 'app.lock'), 'utf8'), lock)
  })

  test('with --update moves on, and tells what changed and which vulnerabilities the changelog names', async () => {
    await using archive = await baseArchive()
    const { sandbox, recipe, publish } = archive
    await sandbox.succeed('base', recipe, '--lock', 'app.lock')
    await publish([appPackage('1.0-2', fixed), { ...libPackage, version: '1.9' }])
    const { changes } = await makeBaseImage(sandbox, recipe, '--lock', 'app.lock', '--update')
    assert.deepEqual(changes, [
      { name: 'app', architectures: ['amd64'], from: '1.0-1', to: '1.0-2', vulnerabilities: ['CVE-2026-1234'] },
      { name: 'lib', architectures: ['amd64'], from: '2.0', to: '1.9', vulnerabilities: [] },
    ])
    assert.match(await readFile(join(sandbox.path, 'app.lock'), 'utf8'), /"version":"1\.0-2"/)
    assert.match(await sandbox.succeed('base', recipe, '--lock', 'app.lock', '--update'), /\nNothing has changed\.\n$/)
    await publish([{ ...appPackage('1.0-3', `app (1.0-3) x; y\n\n * CVE-2026-9\n\n${fixed}`), fields: '' }])
    const text = await sandbox.succeed('base', recipe, '--lock', 'app.lock', '--update')
    assert.match(text, /2 packages changed:\n.*\napp +1\.0-2 → 1\.0-3\nlib +1\.9 → gone\n$/)
  })
})

describe('the recipes that come along', () => {
  test('are listed, and shown as they could be written', async () => {
    await using sandbox = await commandSandbox()
    const rows = JSON.parse(await sandbox.succeed('base', '--list', '--format', 'json'))
    assert.match(await sandbox.succeed('base', '--list'), /^RECIPE +EXTENDS +WHAT IT HOLDS\nstatic /)
    for (const { name, description } of rows) {
      const text = await sandbox.succeed('base', name, '--show')
      assert.ok(text.includes(description), name)
      await writeFile(join(sandbox.path, 'own.yaml'), text)
      assert.equal(await sandbox.succeed('base', './own.yaml', '--show'), text)
    }
  })
})

describe('what goes wrong', () => {
  const cases: readonly (readonly [name: string, words: readonly string[], status: number, message: RegExp])[] = [
    ['an unknown recipe', ['noode'], 1, /there is no recipe "noode"\nhint: Did you mean node\?/],
    ['a recipe that is not there', ['./none.yaml'], 1, /none\.yaml cannot be read: there is no such file/],
    ['no recipe', [], 2, /no recipe and no packages were given/],
    ['YAML that is none', ['./bad.yaml'], 2, /bad\.yaml:2:1: .* end with a \]/],
    ['an unknown key', ['./key.yaml'], 2, /key\.yaml:1:1: packagess: unknown key\n1 \| packagess: \[a\]\n {2}\| \^+\nhint: Did you mean packages\?/], // prettier-ignore
    ['an unknown package', ['./package.yaml'], 2, /package\.yaml:2:12: there is no package appp .*\n2 \| packages: \[appp\]\n.*\nhint: Did you mean app\?/], // prettier-ignore
    [
      'packages that cannot be',
      ['./app.yaml', '--packages', 'lonely'],
      1,
      /lonely 1\.0-1 depends on nothing-has-this\n/,
    ],
    ['a package that is none', ['--packages', 'a b'], 2, /"a b" is no package/],
    ['a processor that Debian has not', ['./app.yaml', '--platform', 'linux/loong64'], 1, /Debian has no packages for/],
    ['nothing in the cache', ['./app.yaml', '--offline'], 1, /not in the cache/],
    ['a mirror that is not there', ['./app.yaml', '--mirror', 'http://127.0.0.1:1/'], 3, /127\.0\.0\.1:1/],
    ['a mirror that is none', ['./app.yaml', '--mirror', 'nowhere'], 2, /the mirror "nowhere" is no address/],
    ['keys that are none', ['./app.yaml', '--keyring', 'app.yaml'], 2, /holds no public key|cannot be read as keys/],
    ['a key that is not trusted', ['./untrusting.yaml'], 3, /key/],
    ['a lock that is none', ['./app.yaml', '--lock', 'bad.yaml'], 2, /bad\.yaml/],
    ['--update without a lock', ['./app.yaml', '--update'], 2, /--update goes with --lock/],
    ['a date that is none', ['./app.yaml', '--date', 'soon'], 2, /--date is no date: "soon"/],
    ['a name with a digest', ['./app.yaml', '-t', `a@sha256:${'0'.repeat(64)}`], 2, /a new name has no digest/],
    ['--show alone', ['--show'], 2, /--show needs a recipe/],
    ['--list with more', ['--list', 'node'], 2, /--list stands alone/],
  ]
  test('is told with a status and a hint, and leaves no image', async (context) => {
    await using archive = await baseArchive()
    const { sandbox, mirror, publish } = archive
    await publish([appPackage('1.0-1', ''), libPackage, { name: 'lonely', fields: 'Depends: nothing-has-this\n' }])
    const source = `suite: bookworm\npockets: []\nmirror: ${mirror.address}\n`
    const write = (name: string, text: string): Promise<void> => writeFile(join(sandbox.path, name), text)
    await write('bad.yaml', 'packages: [a\n')
    await write('key.yaml', 'packagess: [a]\n')
    await write('package.yaml', `extends: ./app.yaml\npackages: [appp]\n`)
    await write('untrusting.yaml', `${source}packages: [app]\n`)
    for (const [name, words, expected, message] of cases) {
      await context.test(name, async () => {
        const { status, stdout, stderr } = await sandbox.run('base', ...words)
        assert.match(stderr, message)
        assert.deepEqual([status, stdout], [expected, ''], stderr)
      })
    }
    assert.deepEqual(JSON.parse(await sandbox.succeed('images', '--format', 'json')), [])
  })

  test('a lock of another recipe is refused, and stays as it is', async () => {
    await using archive = await baseArchive()
    const { sandbox, recipe } = archive
    await sandbox.succeed('base', recipe, '--lock', 'app.lock')
    const lock = await readFile(join(sandbox.path, 'app.lock'), 'utf8')
    const { status, stderr } = await sandbox.run('base', recipe, '--packages', 'lib', '--lock', 'app.lock')
    assert.equal(status, 2)
    assert.match(stderr, /the lock does not fit the recipe: .*\nhint: .*--update/)
    assert.equal(await readFile(join(sandbox.path, 'app.lock'), 'utf8'), lock)
  })
})
