import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { parsePackageRequest } from '../../src/debian/package-request.ts'
import { resolvePackages } from '../../src/debian/resolve.ts'
import { openAptArchive, type AptArchive } from '../support/apt.ts'
import { skipUnlessInstalled } from '../support/engines.ts'

const skip = skipUnlessInstalled('apt-get', 'dpkg')

const requests: readonly string[] = [
  'nodejs',
  'python3-minimal',
  'default-jre-headless',
  'openssl',
  'curl',
  'gcc',
  'nginx',
  'git',
  'busybox-static',
  'ca-certificates tzdata',
  'golang-go',
  'php-cli',
  'postgresql',
  'mailutils',
  'systemd dbus-user-session',
]

const withRecommends: readonly string[] = ['git', 'nodejs', 'build-essential']

describe('the packages that are chosen are those that apt would install', { skip }, () => {
  let opened: AptArchive | string = 'not opened'
  before(async () => {
    opened = await openAptArchive()
  })
  after(async () => {
    if (typeof opened !== 'string') await opened[Symbol.asyncDispose]()
  })

  function resolve(archive: AptArchive, names: readonly string[], recommends: boolean): readonly string[] {
    const found = resolvePackages({
      sources: archive.indexes.map((index) => ({ index, names: [index.title], priority: 500 })),
      architecture: archive.architecture,
      requests: names.map((name) => parsePackageRequest(name).request ?? assert.fail(name)),
      recommends,
    })
    return found.map(({ record }) => `${record.name} ${record.version}`).toSorted()
  }

  for (const [text, recommends] of [
    ...requests.map((names) => [names, false] as const),
    ...withRecommends.map((names) => [names, true] as const),
  ]) {
    test(`${text}${recommends ? ', with what is recommended' : ''}`, async (context) => {
      if (typeof opened === 'string') return context.skip(opened)
      const names = text.split(' ')
      const option = recommends ? '--install-recommends' : '--no-install-recommends'
      assert.deepEqual(resolve(opened, names, recommends), await opened.simulateInstall(option, ...names))
    })
  }

  test('all that a Debian system must have', async (context) => {
    if (typeof opened === 'string') return context.skip(opened)
    const indexes = opened.indexes
    const needed = indexes.flatMap((index) => [...index.essentialPackages(), ...index.packagesOfPriority('required')])
    const names = [...new Set(needed)]
    assert.ok(names.length > 20)
    assert.deepEqual(resolve(opened, names, false), await opened.simulateInstall('--no-install-recommends', ...names))
  })
})
