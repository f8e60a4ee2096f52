import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { decided, keptLines } from '../../../test/support/decided.ts'
import { file } from '../../../test/support/layers.ts'
import { madeElf } from '../../../test/support/made-elf.ts'
import { fitsPlatform } from './node-platform.ts'

describe('a package of Node', () => {
  const glibc = { cpu: 'x64', libc: 'glibc' } as const

  test('fits where its lists name the platform, or do not speak of it', () => {
    for (const demands of [{}, { os: ['linux'] }, { os: ['!win32'], cpu: 'x64' }, { libc: ['glibc'] }, { os: 'any' }]) {
      assert.ok(fitsPlatform(demands, glibc), JSON.stringify(demands))
    }
    assert.ok(fitsPlatform({ libc: ['musl'] }, { cpu: 'x64', libc: undefined }))
  })

  test('does not fit where they name others, or exclude it', () => {
    for (const demands of [{ os: ['darwin'] }, { cpu: ['arm64', 'ia32'] }, { libc: ['musl'] }, { os: ['!linux'] }]) {
      assert.ok(!fitsPlatform(demands, glibc), JSON.stringify(demands))
    }
  })

  test('of another C library goes, though what imports it by a computed name depends on it', async () => {
    const names = ['swc-musl', 'swc-gnu', 'plain']
    const app = [
      file('app/server.js', 'require(process.argv[2])'),
      file(
        'app/package.json',
        JSON.stringify({ name: 'app', optionalDependencies: Object.fromEntries(names.map((name) => [name, '1'])) }),
      ),
      ...names.flatMap((name) => [
        file(
          `app/node_modules/${name}/package.json`,
          JSON.stringify({ name, libc: name === 'plain' ? undefined : name === 'swc-musl' ? ['musl'] : ['glibc'] }),
        ),
        file(`app/node_modules/${name}/index.node`, 'x'),
      ]),
    ]
    const base = [file('usr/bin/node', madeElf(), { mode: 0o755 }), file('lib64/ld-linux-x86-64.so.2', madeElf())]
    const config = { WorkingDir: '/app', Cmd: ['node', 'server.js'] }
    await decided({ base, app, config }, { command: ['node', 'server.js'] }, (ledger) => {
      const packages = keptLines(ledger).flatMap((line) => /node_modules\/([^/]+)\/index\.node/.exec(line)?.[1] ?? [])
      assert.deepEqual(packages, ['plain', 'swc-gnu'])
    })
  })
})
