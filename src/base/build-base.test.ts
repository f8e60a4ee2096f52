import assert from 'node:assert/strict'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { PackageParts } from '../../test/support/debian-archive.ts'
import { loadImage } from '../image/image.ts'
import { parseReference } from '../image/reference.ts'
import { createJob } from '../std/job.ts'
import { OperationError } from '../std/errors.ts'
import { formatLock, parseLock } from './lock.ts'
import { chainOf, layersOf, startArchive } from './testing/test-archive.ts'

const job = createJob()
const amd64 = { os: 'linux', architecture: 'amd64' }

const library: PackageParts = {
  name: 'library',
  files: {
    './lib/x86_64-linux-gnu/library.so.1': 'library',
    './usr/share/doc/library/copyright': 'free',
    './usr/share/doc/library/changelog.gz': 'long',
    './usr/share/man/man1/library.1.gz': 'manual',
  },
  control: { md5sums: '0123  usr/share/doc/library/copyright\n'.replace('0123', '0'.repeat(32)) },
}
const program: PackageParts = {
  name: 'program',
  fields: 'Depends: library (>= 1.0)\n',
  files: { './usr/bin/program': 'program', './bin/alias': { symbolicLink: 'program' } },
}

const excluded = { exclude: { paths: ['/usr/share/doc/*/*', '!/usr/share/doc/*/copyright', '/usr/share/man'] } }

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof OperationError, String(error))
    return `${error.code}: ${error.message}`
  }
  assert.fail('it was done')
}

describe('buildBase', () => {
  test('puts packages and what they need together, where they belong below /usr', async () => {
    await using archive = await startArchive([library, program])
    const [layer] = await layersOf(await archive.build(await chainOf({ packages: ['program'], ...excluded })))
    assert.deepEqual(
      [...(layer ?? [])].filter(([path]) => !path.startsWith('var/lib/dpkg') && !path.endsWith('/')),
      [
        ['usr/lib/x86_64-linux-gnu/library.so.1', 'library'],
        ['usr/share/doc/library/copyright', 'free'],
        ['usr/bin/program', 'program'],
        ['usr/bin/alias', 'symbolic-link program'],
        ['bin', 'symbolic-link usr/bin'],
        ['etc/nsswitch.conf', layer?.get('etc/nsswitch.conf') ?? ''],
        ['lib', 'symbolic-link usr/lib'],
        ['lib64', 'symbolic-link usr/lib64'],
        ['sbin', 'symbolic-link usr/sbin'],
      ],
    )
    assert.equal(layer?.has('usr/share/man/'), false)
  })

  test('keeps what scanners know packages by, without the sums of files that are left out', async () => {
    await using archive = await startArchive([library])
    const [layer] = await layersOf(await archive.build(await chainOf({ packages: ['library'], ...excluded })))
    assert.match(layer?.get('var/lib/dpkg/status.d/library') ?? '', /^Package: library\nVersion: 1\.0-1\n/)
    assert.equal(
      layer?.get('var/lib/dpkg/status.d/library.md5sums'),
      `${'0'.repeat(32)}  usr/share/doc/library/copyright\n`,
    )
  })

  test('makes one layer of each recipe, which others that extend it share', async () => {
    await using archive = await startArchive([library, program, { name: 'other' }])
    await writeFile(join(archive.folder, 'lower.yaml'), 'packages: [library]\npockets: []\n')
    const lower = join(archive.folder, 'lower.yaml')
    const one = await archive.build(await chainOf({ extends: lower, packages: ['program'] }))
    const other = await archive.build(await chainOf({ extends: lower, packages: ['other'] }))
    const [first, second] = one.images[0]?.layers ?? []
    assert.equal(first?.name, 'lower')
    assert.deepEqual(
      first?.packages.map(({ name }) => name),
      ['library'],
    )
    assert.deepEqual(
      second?.packages.map(({ name }) => name),
      ['program'],
    )
    assert.deepEqual(other.images[0]?.layers[0]?.descriptor, first?.descriptor)
    assert.equal((await layersOf(one))[1]?.has('usr/lib/x86_64-linux-gnu/library.so.1'), false)
  })

  test('gives the same bytes with a cold cache and a warm one, and from a damaged one', async () => {
    await using archive = await startArchive([library, program])
    const chain = await chainOf({ packages: ['program'] })
    const cold = await archive.build(chain)
    assert.deepEqual((await archive.build(chain)).descriptor, cold.descriptor)
    for (const kind of ['members', 'contents', 'layers']) {
      const folder = join(archive.options.cacheFolder, 'base', kind)
      for (const name of await readdir(folder)) await writeFile(join(folder, name), 'damaged')
      assert.deepEqual((await archive.build(chain)).descriptor, cold.descriptor, kind)
    }
    const members = join(archive.options.cacheFolder, 'base', 'members')
    const parts = (await readdir(members)).filter((name) => name.endsWith('.gz'))
    for (const name of parts) await writeFile(join(members, name), 'damaged')
    assert.deepEqual((await archive.build(chain)).descriptor, cold.descriptor)
    for (const name of parts) await rm(join(members, name))
    assert.deepEqual((await archive.build(chain)).descriptor, cold.descriptor)
  })

  test('leaves nothing unpacked behind, nor what a killed build has left', async () => {
    await using archive = await startArchive([library])
    const left = join(archive.options.cacheFolder, 'base', 'scratch', 'of-a-killed-build')
    await mkdir(left, { recursive: true })
    await writeFile(join(left, 'unpacked'), 'text')
    await writeFile(`${left}.lock`, '')
    await archive.build(await chainOf({ packages: ['library'] }))
    const names = await readdir(join(archive.options.cacheFolder, 'base'))
    assert.deepEqual(names.toSorted(), ['contents', 'layers', 'members', 'scratch'])
    assert.deepEqual(await readdir(join(archive.options.cacheFolder, 'base', 'scratch')), [])
  })

  test('gives the same image with its lock, whatever the archive has by then', async () => {
    await using archive = await startArchive([library, program])
    const chain = await chainOf({ packages: ['program'] })
    const built = await archive.build(chain)
    const text = formatLock(built.lock)
    await archive.publish([{ ...library, version: '2.0-1' }, program])
    const lock = parseLock(Buffer.from(text), 'base.lock')
    assert.deepEqual((await archive.build(chain, { lock })).descriptor, built.descriptor)
    assert.notDeepEqual((await archive.build(chain)).descriptor, built.descriptor)
  })

  test('refuses a lock of another recipe', async () => {
    await using archive = await startArchive([library, program])
    const { lock } = await archive.build(await chainOf({ packages: ['library'] }))
    const chain = await chainOf({ packages: ['program'] })
    assert.match(await refusal(archive.build(chain, { lock })), /^lock-differs: .*"mine program" now.*"mine library"/)
    const more = { lock, architectures: ['arm64'] }
    assert.match(await refusal(archive.build(await chainOf({ packages: ['library'] }), more)), /no packages for arm64/)
  })

  test('names the image, and says how it is run', async () => {
    await using archive = await startArchive([program, library])
    const chain = await chainOf({
      ...{ description: 'A test', packages: ['program'], environment: { A: 'b' }, user: '1000:1000' },
      ...{ entrypoint: ['/usr/bin/program'], command: ['-v'], ports: ['80', '53/udp'], labels: { c: 'd' } },
      ...{ 'working-directory': '/srv', 'stop-signal': 'SIGINT' },
    })
    const reference = parseReference('mine:1')
    const { store, descriptor } = await archive.build(chain, { references: [reference] })
    assert.deepEqual(await store.resolve(reference, job), descriptor)
    const { config, manifest } = await loadImage(store, descriptor, amd64, job)
    assert.deepEqual(config.config, {
      ...{ User: '1000:1000', ExposedPorts: { '80/tcp': {}, '53/udp': {} }, Env: ['A=b'] },
      ...{
        Entrypoint: ['/usr/bin/program'],
        Cmd: ['-v'],
        WorkingDir: '/srv',
        Labels: { c: 'd' },
        StopSignal: 'SIGINT',
      },
    })
    assert.equal(manifest.annotations?.['org.opencontainers.image.description'], 'A test')
    assert.deepEqual(
      config.history?.map((each) => each.comment),
      ['Debian bookworm library=1.0-1 program=1.0-1'],
    )
  })

  test('makes files, links, directories and users as the recipe says', async () => {
    await using archive = await startArchive([library])
    await writeFile(join(archive.folder, 'motd'), 'hello')
    await writeFile(
      join(archive.folder, 'mine.yaml'),
      `
packages: [library]
pockets: []
files: [{ path: /etc/motd, source: motd, mode: '0600' }, { path: /lib/x86_64-linux-gnu/library.so.1, content: mine }]
links: { /usr/bin/hi: program }
directories: [/srv/app]
users: [{ name: root, uid: 0, home: /root }, { name: app, uid: 1000, home: /srv/app, shell: /bin/sh }]
`,
    )
    const chain = await chainOf({ extends: join(archive.folder, 'mine.yaml') })
    const [layer] = await layersOf(await archive.build(chain))
    assert.equal(layer?.get('etc/motd'), 'hello')
    assert.equal(layer?.get('usr/lib/x86_64-linux-gnu/library.so.1'), 'mine')
    assert.equal(layer?.get('usr/bin/hi'), 'symbolic-link program')
    assert.equal(layer?.get('srv/app/'), 'directory')
    assert.equal(layer?.get('etc/passwd'), 'root:x:0:0::/root:/usr/sbin/nologin\napp:x:1000:1000::/srv/app:/bin/sh\n')
    assert.equal(layer?.get('etc/group'), 'root:x:0:\napp:x:1000:\n')
  })

  test('keeps no time after the date that it is given', async () => {
    await using archive = await startArchive([library])
    const built = await archive.build(await chainOf({ packages: ['library'] }), { dateMs: 0 })
    const { config } = await loadImage(built.store, built.descriptor, amd64, job)
    assert.equal(config.created, '1970-01-01T00:00:00Z')
  })

  test('refuses two packages with the same file, unless one may replace the other', async () => {
    const files = { './usr/bin/tool': 'one' }
    const rival = { name: 'rival', files: { './usr/bin/tool': 'two', './usr/bin/more': 'more' } }
    const first = { name: 'first', files }
    await using archive = await startArchive([first, rival])
    const chain = await chainOf({ packages: ['first', 'rival'] })
    assert.match(
      await refusal(archive.build(chain)),
      /^file-conflict: both first and rival have the file \/usr\/bin\/tool/,
    )
    await archive.publish([first, { ...rival, version: '2.0-1', fields: 'Replaces: first (<< 2)\n' }])
    assert.equal((await layersOf(await archive.build(chain)))[0]?.get('usr/bin/tool'), 'two')
    await archive.publish([{ ...first, version: '2.0-1', fields: 'Replaces: rival\n' }, rival])
    assert.equal((await layersOf(await archive.build(chain)))[0]?.get('usr/bin/tool'), 'one')
  })

  test('keeps hard links, and the file of one whose own name is left out', async () => {
    const files = {
      './usr/bin/a': 'text',
      './usr/bin/b': { hardLink: './usr/bin/a' },
      './usr/bin/c': { hardLink: './usr/bin/a' },
    }
    await using archive = await startArchive([{ name: 'links', files }])
    const [whole] = await layersOf(await archive.build(await chainOf({ packages: ['links'] })))
    assert.deepEqual([whole?.get('usr/bin/a'), whole?.get('usr/bin/b')], ['text', 'hard-link usr/bin/a'])
    const chain = await chainOf({ packages: ['links'], exclude: { paths: ['/usr/bin/a'] } })
    const [part] = await layersOf(await archive.build(chain))
    assert.deepEqual([part?.get('usr/bin/b'), part?.get('usr/bin/c')], ['text', 'hard-link usr/bin/b'])
  })

  test('points at a package of a recipe that is not in the archive', async () => {
    await using archive = await startArchive([library])
    const path = join(archive.folder, 'mine.yaml')
    await writeFile(path, 'pockets: []\npackages:\n  - library\n  - libary\n')
    assert.equal(
      await refusal(archive.build(await chainOf({ extends: path }))),
      `bad-recipe: ${path}:4:5: there is no package libary for amd64\n4 |   - libary\n  |     ^^^^^^`,
    )
  })

  test('fetches nothing twice, and nothing at all offline', async () => {
    await using archive = await startArchive([library, program])
    const chain = await chainOf({ packages: ['program'] })
    const built = await archive.build(chain)
    const pool = archive.requests.filter((each) => each.includes('/pool/'))
    assert.equal(pool.length, 2)
    const count = archive.requests.length
    assert.deepEqual((await archive.build(chain, { isOffline: true })).descriptor, built.descriptor)
    assert.equal(archive.requests.length, count)
  })
})
