import assert from 'node:assert/strict'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { createJob } from '../std/job.ts'
import { temporaryDirectory } from '../std/temporary.ts'
import { publicArchive, publicSecurityArchive } from './public-archive.ts'
import { findSources, type SourceOptions, type Sources } from './sources.ts'

interface Found extends Sources {
  readonly warnings: readonly string[]
}

/** @param files of apt's folder, by path. */
async function find(options: Partial<SourceOptions>, files: Readonly<Record<string, string>> = {}): Promise<Found> {
  await using folder = await temporaryDirectory()
  for (const name of ['sources.list.d', 'apt.conf.d']) await mkdir(join(folder.path, name))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder.path, name), text)
  const warnings: string[] = []
  const job = createJob({ emit: (event) => event.type === 'notice' && warnings.push(event.message) })
  const usual = { suite: 'bookworm', architecture: 'amd64', environment: {}, aptFolder: folder.path }
  const found = await findSources({ ...usual, ...options }, job)
  return { ...found, warnings: warnings.map((each) => each.replaceAll(`${folder.path}/`, '')) }
}

const mirrorsOf = ({ archives }: Sources): readonly string[] =>
  archives.map(({ suite, mirrors }) => `${suite} ${mirrors.join(' ')}`)

describe('sources', () => {
  test("are Debian's own, with updates, if nothing else is said", async () => {
    const { archives } = await find({})
    assert.deepEqual(archives[0], {
      suite: 'bookworm',
      components: ['main'],
      architecture: 'amd64',
      mirrors: [publicArchive],
      keyring: { hasDebianKeys: true, files: [], armoured: [], fingerprints: [] },
      isValidUntilChecked: true,
    })
    assert.deepEqual(mirrorsOf({ archives: archives.slice(1), environment: {} }), [
      `bookworm-updates ${publicArchive}`,
      `bookworm-security ${publicSecurityArchive}`,
    ])
  })

  test('are those of a suite that has no updates, of older ones, and of one pocket', async () => {
    assert.deepEqual(mirrorsOf(await find({ suite: 'sid' })), [`sid ${publicArchive}`])
    const old = await find({ suite: '10', pockets: ['security'] })
    assert.deepEqual(mirrorsOf(old), [`buster ${publicArchive}`, `buster/updates ${publicSecurityArchive}`])
    assert.deepEqual(mirrorsOf(await find({ suite: '12-backports' })), [`bookworm-backports ${publicArchive}`])
  })

  test('come from the option before the environment before apt', async () => {
    const files = { 'sources.list': 'deb http://apt.example/debian bookworm main\n' }
    const environment = { WHERRY_DEBIAN_MIRROR: 'http://one.example/debian  http://two.example/debian/' }
    const plain = { pockets: [] }
    assert.deepEqual(mirrorsOf(await find(plain, files)), ['bookworm http://apt.example/debian/'])
    assert.deepEqual(mirrorsOf(await find({ ...plain, environment }, files)), [
      'bookworm http://one.example/debian/ http://two.example/debian/',
    ])
    const mirrors = ['https://option.example']
    assert.deepEqual(mirrorsOf(await find({ ...plain, mirrors, environment }, files)), [
      'bookworm https://option.example/',
    ])
  })

  test('of security updates stand beside the mirror, or are named', async () => {
    const security = async (mirror: string): Promise<string | undefined> =>
      mirrorsOf(await find({ mirrors: [mirror], pockets: ['security'] }))[1]?.replace('bookworm-security ', '')
    const own = publicSecurityArchive
    assert.equal(await security('http://a.example/debian'), `http://a.example/debian-security/ ${own}`)
    const snapshot = 'http://snapshot.example/archive/debian'
    assert.equal(await security(`${snapshot}/20260101T000000Z`), `${snapshot}-security/20260101T000000Z/ ${own}`)
    assert.equal(await security('http://a.example/deb'), own)
    const named = await find({ mirrors: ['http://a.example/debian'], securityMirrors: ['http://b.example/sec'] })
    assert.equal(mirrorsOf(named)[2], 'bookworm-security http://b.example/sec/')
  })

  test("are read from apt's files in both styles", async () => {
    const files = {
      'sources.list': `
        # deb http://comment.example/debian bookworm main
        deb-src http://source.example/debian bookworm main
        deb [arch=amd64,i386 signed-by=/keys/one.gpg] http://a.example/debian bookworm main contrib # a comment
        deb [ arch=arm64 ] http://arm.example/debian bookworm main
      `,
      'sources.list.d/debian.sources': [
        'Types: deb deb-src\nURIs: http://b.example/debian-security/\nSuites: bookworm-security\nComponents: main',
        'Signed-By: /keys/two.gpg\n',
        'Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n',
      ].join('\n'),
      'sources.list.d/other.list.disabled': 'deb http://disabled.example/debian bookworm main',
    }
    const found = await find({ suite: 'trixie' }, files)
    assert.deepEqual(mirrorsOf(found), [
      'trixie http://a.example/debian/',
      'trixie-updates http://a.example/debian/',
      'trixie-security http://b.example/debian-security/',
    ])
    assert.deepEqual(
      found.archives.map(({ keyring }) => keyring.files),
      [['/keys/one.gpg'], ['/keys/one.gpg'], ['/keys/two.gpg']],
    )
    const arm = await find({ architecture: 'arm64', pockets: [] }, files)
    assert.deepEqual(mirrorsOf(arm), ['bookworm http://arm.example/debian/'])
  })

  test('of others who publish for Debian are passed over', async () => {
    const files = {
      'sources.list': [
        'deb https://download.docker.example/linux/debian bookworm stable',
        'deb https://apt.grafana.example stable main',
        'deb https://packages.cloud.example/apt cloud-sdk main',
        'deb http://apt.postgresql.example/pub/repos/apt bookworm-pgdg main',
        'deb cdrom:[Debian]/ bookworm main',
        'deb file:/srv/debian bookworm main',
      ].join('\n'),
    }
    assert.deepEqual(mirrorsOf(await find({ pockets: [] }, files)), [`bookworm ${publicArchive}`])
    const moving = { 'sources.list': 'deb http://a.example/debian stable main' }
    assert.deepEqual(mirrorsOf(await find({ pockets: [] }, moving)), ['bookworm http://a.example/debian/'])
  })

  test('are not trusted for being called so, and what cannot be read is told', async () => {
    const files = {
      'sources.list': 'deb [trusted=yes] http://a.example/debian bookworm main\nnonsense\n',
      'sources.list.d/b.sources':
        'Types: deb\nnonsense\nURIs: http://b.example/debian\nSuites: bookworm\nComponents: main\n',
    }
    const found = await find({ pockets: [] }, files)
    assert.deepEqual(found.warnings, [
      "sources.list.d/b.sources, line 2: this line is no field: it has no ':'",
      'sources.list, line 2 is no source of packages',
      'sources.list, line 1: trusted=yes has no effect here: signatures are checked all the same',
    ])
    assert.deepEqual((await find({ mirrors: ['http://x.example/'] }, files)).warnings, [])
  })

  test('may name the key by its fingerprint, or hold it', async () => {
    const fingerprint = '1F89983E0081FDE018F3CC9673A4F27B8DD47936'
    const armour = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----'
    const field = armour
      .split('\n')
      .map((line) => ` ${line === '' ? '.' : line}`)
      .join('\n')
    const source = 'Types: deb\nURIs: http://a.example/debian\nSuites: bookworm\nComponents: main\nSigned-By:'
    const keyringOf = async (value: string): Promise<object | undefined> =>
      (await find({ pockets: [] }, { 'sources.list.d/a.sources': `${source}${value}\n` })).archives[0]?.keyring
    const debian = { hasDebianKeys: true, files: [], armoured: [], fingerprints: [] }
    assert.deepEqual(await keyringOf(` ${fingerprint}!`), { ...debian, fingerprints: [fingerprint.toLowerCase()] })
    assert.deepEqual(await keyringOf(`\n${field}`), { ...debian, armoured: [armour] })
    assert.deepEqual(await keyringOf(' /a.gpg, /b.asc'), { ...debian, files: ['/a.gpg', '/b.asc'] })
  })

  test('go through the proxies of the environment before those of apt', async () => {
    const files = {
      'apt.conf.d/10proxy': 'Acquire::http { Proxy "http://proxy.example:3128"; Proxy::a.example "DIRECT"; };',
    }
    const expected = { http_proxy: 'http://proxy.example:3128', https_proxy: 'http://proxy.example:3128', no_proxy: 'a.example' } // prettier-ignore
    assert.deepEqual((await find({}, files)).environment, expected)
    const environment = { http_proxy: 'http://mine.example' }
    assert.deepEqual((await find({ environment }, files)).environment, { ...expected, ...environment })
  })

  test('are checked for their time unless apt does not, or somebody says so', async () => {
    const list = { 'sources.list': 'deb http://a.example/debian bookworm main' }
    const isChecked = async (files: Readonly<Record<string, string>>, options = {}): Promise<boolean | undefined> =>
      (await find(options, files)).archives[0]?.isValidUntilChecked
    assert.equal(await isChecked(list), true)
    const off = { ...list, 'apt.conf.d/99': 'Acquire::Check-Valid-Until "false";' }
    assert.equal(await isChecked(off), false)
    assert.equal(await isChecked(off, { mirrors: ['http://b.example/'] }), true)
    assert.equal(await isChecked(off, { isValidUntilChecked: true }), true)
    assert.equal(
      await isChecked({ 'sources.list': list['sources.list'].replace('deb', 'deb [check-valid-until=no]') }),
      false,
    )
  })

  test('that are written wrongly are refused', async () => {
    const refused = (options: Partial<SourceOptions>, message: RegExp): Promise<void> =>
      assert.rejects(find(options), { name: 'DebianError', code: 'bad-source', message })
    await refused({ mirrors: ['mirror.example.com'] }, /mirror "mirror\.example\.com" is no address/)
    await refused({ mirrors: ['ftp://mirror.example.com/debian'] }, /neither http nor https/)
    await refused({ suite: '../evil' }, /is no name of a suite/)
    await refused({ suite: 'a b' }, /is no name of a suite/)
    await refused({ components: ['../x'] }, /is no name of a suite, component/)
    await refused({ suite: 'jammy' }, /jammy is no suite of Debian, and no keyring is named/)
    await find({ suite: 'jammy', keyrings: ['/keys/ubuntu.gpg'], mirrors: ['http://a.example/ubuntu'] })
  })
})
