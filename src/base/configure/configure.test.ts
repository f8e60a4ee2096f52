import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { composeRecipe } from '../recipe.ts'
import { failedPackages } from './install-packages.ts'
import { accountFiles } from './put-files.ts'
import { checkRootSandbox } from './root-sandbox.ts'
import { dpkgExcludes } from './system-files.ts'

describe('scripts of packages', () => {
  test('are not run for others than root', () => {
    assert.throws(() => checkRootSandbox('debian', 1000), {
      name: 'BaseError',
      code: 'not-possible-here',
      message: /^the recipe debian runs the scripts of its packages/,
      hint: /root/,
    })
  })

  test('that fail are found in what dpkg says, each once', () => {
    const output = [
      'dpkg: error processing archive /run/packages/one_1%3a2_amd64.deb (--unpack):',
      'dpkg: error processing package two (--configure):',
      ' installed two package post-installation script subprocess returned error exit status 3',
      'dpkg: error processing package two:amd64 (--configure):',
      'Errors were encountered while processing:',
    ].join('\n')
    assert.deepEqual(failedPackages(output), ['one', 'two'])
    assert.deepEqual(failedPackages('dpkg: error: cannot open'), [])
  })
})

describe('dpkgExcludes', () => {
  test('a pattern leaves out what it names and all that is in it', () => {
    assert.deepEqual(dpkgExcludes(['/usr/share/man/']), [
      'path-exclude=/usr/share/man',
      'path-exclude=/usr/share/man/*',
    ])
  })

  test('exceptions come in their place, and a double star is a star', () => {
    assert.deepEqual(dpkgExcludes(['usr/share/doc/**', '!/usr/share/doc/*/copyright']), [
      'path-exclude=/usr/share/doc/*',
      'path-include=/usr/share/doc/*/copyright',
      'path-include=/usr/share/doc/*/copyright/*',
    ])
  })
})

describe('accountFiles', () => {
  test('a user without a group of his gets one, and nobody has a password', async () => {
    const users = [{ name: 'ada', uid: 1000, home: '/home/ada', shell: '/bin/sh' }]
    const { links } = await composeRecipe('mine', { users, groups: [{ name: 'team', gid: 50, members: ['ada'] }] })
    const lines = links.flatMap((link) => accountFiles(link, 20_000 * 86_400))
    assert.deepEqual(lines, [
      ['/etc/passwd', 'ada:x:1000:1000::/home/ada:/bin/sh'],
      ['/etc/group', 'team:x:50:ada'],
      ['/etc/group', 'ada:x:1000:'],
      ['/etc/shadow', 'ada:*:20000:0:99999:7:::'],
      ['/etc/gshadow', 'team:*::ada'],
      ['/etc/gshadow', 'ada:*::'],
    ])
  })
})
