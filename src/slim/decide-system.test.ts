import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { causes, decided, keptLines } from '../../test/support/decided.ts'
import { directory, file, symbolicLink } from '../../test/support/layers.ts'
import { madeElf } from '../../test/support/made-elf.ts'

const program = { mode: 0o755 }

describe('the system', () => {
  const base = [
    ...['passwd', 'group', 'nsswitch.conf'].map((name) => file(`etc/${name}`, 'x')),
    symbolicLink('etc/os-release', '../usr/lib/os-release'),
    file('usr/lib/os-release', 'ID=debian'),
    file('etc/ssl/certs/ca-certificates.crt', 'x'),
    file('usr/share/zoneinfo/Europe/Berlin', 'x'),
    file('usr/share/man/man1/a.1', 'x'),
    file('usr/include/a.h', 'x'),
    file('usr/bin/su', madeElf(), { mode: 0o4755 }),
    file('usr/bin/apt-get', madeElf(), program),
    file('usr/bin/gcc', madeElf(), program),
    file('bin/busybox', madeElf(), program),
    symbolicLink('bin/sh', 'busybox'),
    directory('tmp', { mode: 0o1777 }),
  ]

  test('keeps what libraries read without being told to', async () => {
    const app = [file('server', madeElf({ text: '/etc/ssl/certs/ca-certificates.crt' }), program)]
    await decided({ base, app, config: { Env: ['TZ=Europe/Berlin'] } }, { command: ['/server'] }, (ledger) => {
      assert.deepEqual(
        keptLines(ledger).map((line) => line.replace(/:.*/, '')),
        [
          ...['/etc/group system', '/etc/nsswitch.conf system', '/etc/os-release way', '/etc/passwd system'],
          ...[
            '/etc/ssl/certs/ca-certificates.crt system',
            '/server executed',
            '/tmp system',
            '/usr/lib/os-release system',
          ],
          ...[
            '/usr/share/zoneinfo system',
            '/usr/share/zoneinfo/Europe system',
            '/usr/share/zoneinfo/Europe/Berlin system',
          ],
        ],
      )
      const lost = [
        '/usr/share/man/man1/a.1',
        '/usr/include/a.h',
        '/usr/bin/su',
        '/usr/bin/apt-get',
        '/usr/bin/gcc',
        '/bin/busybox',
      ]
      assert.deepEqual(causes(ledger, ...lost), [
        'documentation',
        'headers',
        'setuid',
        'package-manager',
        'compiler',
        'shell',
      ])
    })
  })

  test('keeps certificates and time zones only for who uses them', async () => {
    await decided({ base, app: [file('server', madeElf(), program)] }, { command: ['/server'] }, (ledger) =>
      assert.deepEqual(causes(ledger, '/etc/ssl/certs/ca-certificates.crt', '/usr/share/zoneinfo/Europe/Berlin'), [
        ...['unused', 'unused'],
      ]),
    )
  })

  test('keeps folders that are written to, but none that a build has left in a folder of temporary files', async () => {
    const folders = ['var/tmp', 'var/tmp/left', 'var/lib/app', 'var/lib/other'].map((path) => directory(path))
    const written = new Set(['/var/tmp/left/7', '/var/lib/app/cache/new'])
    await decided({ base: folders }, { written }, (ledger) => {
      assert.deepEqual(causes(ledger, '/var/tmp', '/var/tmp/left', '/var/lib/app', '/var/lib/other'), [
        ...['app', 'cache', 'app', 'unused'],
      ])
    })
  })

  test('keeps what is setuid without the bit, and of programs that are many in one those that are asked for', async () => {
    const executed = new Set(['/usr/bin/su', '/bin/busybox'])
    await decided({ base }, { executed }, (ledger) => {
      const su = ledger.verdicts.find(({ path }) => path === '/usr/bin/su')
      assert.equal(su?.detail, 'without its setuid or setgid bit')
      assert.deepEqual(causes(ledger, '/bin/busybox', '/bin/sh'), ['executed', 'shell'])
    })
  })

  test('tells the packages of which something stays, or was made, where lists name /lib and files lie in /usr/lib', async () => {
    const dpkg = [
      symbolicLink('lib', 'usr/lib'),
      file('usr/lib/liba.so.1', madeElf()),
      file('usr/lib/libb.so.1', madeElf()),
      file(
        'var/lib/dpkg/status',
        'Package: liba\nVersion: 1\nArchitecture: amd64\nStatus: install ok installed\n\nPackage: libb\nVersion: 2\nArchitecture: amd64\nStatus: install ok installed\n',
      ),
      file('var/lib/dpkg/info/liba:amd64.list', '/.\n/lib\n/lib/liba.so.1\n'),
      file('var/lib/dpkg/info/libb.list', '/usr/lib/libb.so.1\n'),
    ]
    await decided({ base: dpkg }, { opened: new Set(['/usr/lib/liba.so.1']) }, (ledger) => {
      assert.deepEqual(ledger.packages, [{ manager: 'dpkg', name: 'liba', version: '1' }])
    })
    const madeOf = new Map([['/usr/lib/liba.so.1', '/usr/lib/libb.so.1']])
    await decided({ base: dpkg }, { opened: new Set(madeOf.keys()), madeOf }, (ledger) => {
      assert.deepEqual(new Set(ledger.packages.map(({ name }) => name)), new Set(['liba', 'libb']))
    })
  })
})
