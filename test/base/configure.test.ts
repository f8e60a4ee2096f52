import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { debianArchitecture } from '../../src/base/architecture.ts'
import { findSources } from '../../src/debian/sources.ts'
import { hostPlatform } from '../../src/image/platform.ts'
import { createJob } from '../../src/std/job.ts'
import { temporaryDirectory, type TemporaryDirectory } from '../../src/std/temporary.ts'
import { baseContainer, baseSandbox, makeBaseImage } from '../support/base-images.ts'
import type { CommandSandbox } from '../support/command.ts'
import { containerSkipReason, type Container } from '../support/container.ts'
import { whyNoMirror } from '../support/debian-mirror.ts'
import { skipUnlessRoot } from '../support/engines.ts'

const job = createJob()
const skip = containerSkipReason || skipUnlessRoot('unshare', 'setpriv', 'chroot') || (await whyNoMirror())

describe('a base image whose packages run their scripts', { skip, concurrency: false }, () => {
  let sandbox: CommandSandbox
  let folder: TemporaryDirectory
  let debian: Container
  before(async () => {
    sandbox = await baseSandbox()
    folder = await temporaryDirectory()
    debian = await baseContainer(sandbox, 'debian', 'debian')
  })
  after(async () => {
    await debian[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
    await sandbox[Symbol.asyncDispose]()
  })
  test('debian is small, and the same each time', async () => {
    const [first, again] = [await makeBaseImage(sandbox, 'debian'), await makeBaseImage(sandbox, 'debian')]
    assert.equal(again.digest, first.digest)
    const size = first.images[0]?.size ?? 0
    // Updates of its packages may make it a little larger.
    assert.ok(size > 10e6 && size < 31e6, `it has ${size} bytes`)
  })

  test('dpkg finds every package configured, and nothing of the build is left', async () => {
    assert.equal(await debian.run(['dpkg', '--audit']), '')
    const states = await debian.run(['dpkg-query', '--show', '--showformat', '${db:Status-Abbrev}\n'])
    assert.deepEqual([...new Set(states.split('\n').map((state) => state.trim()))], ['ii', ''])
    assert.deepEqual(await readdir(join(debian.root, 'dev')), [])
    assert.deepEqual(await readdir(join(debian.root, 'run')), ['lock'])
    assert.deepEqual(await readdir(join(debian.root, 'tmp')), [])
    assert.equal(await debian.run(['find', '/var/log', '/var/cache/apt', '-type', 'f', '-size', '+0']), '')
    assert.equal(await readlink(join(debian.root, 'etc/alternatives/awk')), '/usr/bin/mawk')
    assert.match(await readFile(join(debian.root, 'etc/passwd'), 'utf8'), /^_apt:/m)
  })

  test('apt installs in it, without documentation, and keeps no package', async () => {
    await useMirrors(debian.root)
    // The mirror may be one of a day in the past.
    const options = ['-o', 'Acquire::Check-Valid-Until=false', '-o', 'Acquire::Check-Date=false']
    const run = {
      network: true,
      privileged: true,
      mounts: { '/etc/hosts': '/etc/hosts', '/etc/resolv.conf': '/etc/resolv.conf' },
    }
    await debian.run(['apt-get', ...options, 'update'], run)
    await debian.run(['apt-get', ...options, 'install', '--yes', '--no-install-recommends', 'hello'], run)
    assert.equal(await debian.run(['hello']), 'Hello, world!\n')
    assert.deepEqual(await readdir(join(debian.root, 'usr/share/doc/hello')), ['copyright'])
    assert.deepEqual(await readdir(join(debian.root, 'usr/share/man/man1')), [])
    assert.ok(!(await readdir(join(debian.root, 'usr/share'))).includes('locale'))
    const archives = await readdir(join(debian.root, 'var/cache/apt/archives'))
    assert.deepEqual(
      archives.filter((name) => name.endsWith('.deb')),
      [],
    )
  })

  test('a script that fails is shown with its package; it sees no process and no network of the machine', async () => {
    const script = 'hostname; echo "process $PPID"; cat /proc/net/dev; test -c /dev/null && ls -d /run/*; exit 3'
    const { status, stderr } = await sandbox.run('base', await withScript(script))
    assert.equal(status, 1)
    assert.match(stderr, /recipe mine: nano could not be installed:\n/)
    assert.match(stderr, /^ *localhost\n *process \d{1,3}\n/m)
    assert.deepEqual(
      [...stderr.matchAll(/^ *(\w+): +\d/gm)].map(([, name]) => name),
      ['lo'],
    )
    assert.match(stderr, /^ *\/run\/lock\n *\/run\/packages\n/m)
    assert.match(stderr, /error exit status 3/)
  })

  test('nothing that was started lives on when the build is killed', async () => {
    const seconds = String(100_000 + process.pid)
    const child = sandbox.start('base', await withScript(`exec sleep ${seconds}`))
    const exited = once(child, 'exit')
    try {
      await until(async () => (await processesOf(seconds)).includes('sleep'))
    } finally {
      child.kill('SIGKILL')
      await exited
    }
    await until(async () => (await processesOf(seconds)).length === 0)
  })

  /** A recipe with a package whose script calls what another recipe has put into its way. */
  const withScript = async (script: string): Promise<string> => {
    const [lower, upper] = [join(folder.path, 'lower.yaml'), join(folder.path, 'mine.yaml')]
    const file = { path: '/usr/local/bin/update-alternatives', mode: '0755', content: `#!/bin/sh\n${script}\n` }
    await writeFile(lower, JSON.stringify({ extends: 'debian', files: [file] }))
    await writeFile(upper, JSON.stringify({ extends: './lower.yaml', packages: ['nano'] }))
    return upper
  }

  test('golang compiles a program in Go and C, without a network', { timeout: 600_000 }, async () => {
    await using golang = await baseContainer(sandbox, 'golang', 'golang')
    const app = join(folder.path, 'app')
    await mkdir(app)
    await writeFile(join(app, 'main.go'), goProgram)
    const script =
      'cd "$(mktemp -d)" && GOCACHE=$PWD/cache GO111MODULE=off go build -o hello /app/main.go && ./hello && git --version'
    const said = await golang.run(['sh', '-c', script], { mounts: { '/app': app } })
    assert.match(said, /^hello from C\ngit version /)
    assert.equal(await golang.run(['dpkg', '--audit']), '')
  })
})

const goProgram = `package main

// #include <stdlib.h>
// static char *text(void) { return "hello from C"; }
import "C"
import "fmt"

func main() { fmt.Println(C.GoString(C.text())) }
`

/** Puts the mirrors of this machine in the place of Debian's own. */
async function useMirrors(root: string): Promise<void> {
  const architecture = debianArchitecture(hostPlatform())
  const { archives } = await findSources({ suite: 'trixie', architecture }, job)
  const mirrorOf = (suite: string): string => {
    const mirror = archives.find((archive) => archive.suite === suite)?.mirrors[0]
    assert.ok(mirror !== undefined)
    return mirror
  }
  const path = join(root, 'etc/apt/sources.list.d/debian.sources')
  const text = await readFile(path, 'utf8')
  assert.match(
    text,
    /^URIs: http:\/\/deb\.debian\.org\/debian\n[^]*^URIs: http:\/\/deb\.debian\.org\/debian-security\n/m,
  )
  const changed = text
    .replace(/^URIs: .*\/debian$/m, `URIs: ${mirrorOf('trixie')}`)
    .replace(/^URIs: .*\/debian-security$/m, `URIs: ${mirrorOf('trixie-security')}`)
  await writeFile(path, changed)
}

/** The names of the programs that run with an argument. */
async function processesOf(argument: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (words.includes(argument)) found.push(words[0] ?? '')
  }
  return found
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const endMs = Date.now() + 180_000
  while (!(await isSo())) {
    assert.ok(Date.now() < endMs, 'it did not happen within three minutes')
    await new Promise((resolve) => {
      setTimeout(resolve, 50)
    })
  }
}
