import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import {
  buildSandbox,
  buildSandboxSkipReason,
  filesBelow,
  hostSecret,
  nobody,
  outcomeOf,
  type BuildOutcome,
  type BuildSandbox,
} from '../support/build-sandbox.ts'
import { skipUnlessInstalled } from '../support/engines.ts'
import { device, directory, symbolicLink, tarOf, type LayerItem } from '../support/layers.ts'

/** What the machine has beside context, store and output must be as it was, and nowhere in what was built or said. */
function assertUntouched(box: BuildSandbox, { said }: BuildOutcome): void {
  assert.equal(readFileSync(box.hostFile, 'utf8'), hostSecret)
  const known = new Set(['.docker', 'Dockerfile', 'context', 'host-file', 'host-folder', 'out', 'store', 'swapper'])
  assert.deepEqual(
    readdirSync(box.path).filter((name) => !known.has(name)),
    [],
  )
  const folder = join(box.path, 'host-folder')
  if (existsSync(folder)) assert.deepEqual(readdirSync(folder), ['empty'])
  if (existsSync(folder)) assert.deepEqual(readdirSync(join(folder, 'empty')), [])
  assert.ok(!said.includes(hostSecret), said)
  for (const path of filesBelow(box.out)) assert.ok(!readFileSync(path).includes(hostSecret), path)
}

/** A folder of the machine with an empty folder in it, which a careless builder would write to or delete. */
function hostFolder(box: BuildSandbox): string {
  const path = join(box.path, 'host-folder')
  mkdirSync(join(path, 'empty'), { recursive: true })
  return path
}

/** An archive in the context, for ADD: members such as no COPY and no RUN could make. */
async function writeArchive(box: BuildSandbox, ...items: readonly LayerItem[]): Promise<void> {
  box.write('evil.tar', await tarOf(items))
}

/** The archive's members in an image, as if it had been pulled with them. */
const evilBase = 'FROM base:1 AS evil\nADD evil.tar /\nFROM evil\n'

async function succeed(box: BuildSandbox, dockerfile: string, ...words: readonly string[]): Promise<BuildOutcome> {
  const outcome = await box.build(dockerfile, ...words)
  assert.equal(outcome.status, 0, outcome.said)
  assertUntouched(box, outcome)
  return outcome
}

async function fail(
  box: BuildSandbox,
  dockerfile: string,
  expected: { readonly status: number; readonly said: RegExp },
  ...words: readonly string[]
): Promise<BuildOutcome> {
  const outcome = await box.build(dockerfile, ...words)
  assert.equal(outcome.status, expected.status, outcome.said)
  assert.match(outcome.said, expected.said)
  assertUntouched(box, outcome)
  return outcome
}

describe('a Dockerfile reaches nothing of the machine', { skip: buildSandboxSkipReason, concurrency: 4 }, () => {
  test('by links in the context that lead outside', async () => {
    await using box = await buildSandbox()
    symlinkSync('../host-file', join(box.context, 'link'))
    symlinkSync(box.path, join(box.context, 'folder'))
    await succeed(box, 'FROM base:1\nCOPY . /all/\nRUN cat /all/link /all/folder/host-file > /got; true\n')
    for (const source of ['link', 'folder/host-file']) {
      await fail(box, `FROM base:1\nCOPY ${source} /got/\n`, { status: 1, said: /not|nothing/ })
    }
  })

  test('by a link of a lower layer where COPY and WORKDIR write', async () => {
    await using box = await buildSandbox()
    const folder = hostFolder(box)
    box.write('file', 'copied')
    await writeArchive(box, symbolicLink('link', folder), symbolicLink('up', '../../../../..'))
    const lines = ['COPY file /link/a', `COPY file /up${folder}/b`, 'WORKDIR /link/w', 'RUN echo > made']
    await succeed(box, `${evilBase}${lines.join('\n')}\n`)
    assert.equal(box.built(`${folder}/a`), 'copied')
    assert.equal(box.built(`${folder}/b`), 'copied')
    assert.equal(box.built(`${folder}/w/made`), '\n')
  })

  test('by a link at /etc/passwd', async () => {
    await using box = await buildSandbox()
    box.write('file', '')
    writeFileSync(box.hostFile, hostSecret)
    await writeArchive(box, symbolicLink('etc/passwd', '../../../../../../../../etc/passwd'))
    const known = readFileSync('/etc/passwd', 'utf8').match(/^(?!root|ada)[^:]+/m)?.[0] ?? 'daemon'
    const expected = { status: 1, said: new RegExp(`no user "${known}"`) }
    await fail(box, `${evilBase}COPY --chown=${known} file /\n`, expected)
    await fail(box, `${evilBase}USER ${known}\nRUN id\n`, expected)
  })

  test('by links at /etc/resolv.conf, /etc/hosts and /etc/hostname', async () => {
    await using box = await buildSandbox()
    const names = ['resolv.conf', 'hosts', 'hostname']
    await writeArchive(box, ...names.map((name) => symbolicLink(`etc/${name}`, box.hostFile)))
    await succeed(box, `${evilBase}RUN cat /etc/hosts > /got; echo 1.2.3.4 evil > /etc/hosts; true\n`)
  })

  test('by links at /proc, /sys and /dev', async () => {
    await using box = await buildSandbox()
    const folder = hostFolder(box)
    for (const name of ['proc', 'sys', 'dev']) {
      await writeArchive(box, symbolicLink(name, folder))
      await fail(box, `${evilBase}RUN true\n`, { status: 1, said: /nothing can be mounted at/ })
    }
  })

  test('by links in ADDed archives', async () => {
    await using box = await buildSandbox()
    const folder = hostFolder(box)
    await writeArchive(
      box,
      symbolicLink('x/absolute', folder),
      symbolicLink('x/relative', `../../../../..${folder}`),
      directory('x/absolute/inner'),
      symbolicLink('x/relative/passwd', '/etc/passwd'),
    )
    const outcome = await box.build('FROM base:1\nADD evil.tar /y/\nRUN ls -R /y > /got\n')
    assertUntouched(box, outcome)
    await writeArchive(box, symbolicLink('../../escaped', folder), directory('../../../up'))
    assertUntouched(box, await box.build('FROM base:1\nADD evil.tar /y/\n'))
  })

  test('by links in COPY --from', async () => {
    await using box = await buildSandbox()
    await writeArchive(box, symbolicLink('link', box.hostFile), symbolicLink('folder', box.path))
    for (const source of ['/link', '/folder/host-file']) {
      const dockerfile = `FROM base:1 AS evil\nADD evil.tar /\nFROM base:1\nCOPY --from=evil ${source} /got/\n`
      await fail(box, dockerfile, { status: 1, said: /not|nothing/ })
    }
  })

  test('by links at mount targets and above them (CVE-2024-23652)', async () => {
    await using box = await buildSandbox()
    const folder = hostFolder(box)
    await writeArchive(box, symbolicLink('link', folder), symbolicLink('last', `${folder}/empty`))
    const lines = ['tmpfs', 'cache', 'bind'].map((type) => {
      const mounts = ['/link/empty', '/link/new', '/last'].map((target) => `--mount=type=${type},target=${target}`)
      return `RUN ${mounts.join(' ')} rm -rf /link/* 2> /dev/null; true\n`
    })
    await succeed(box, `${evilBase}${lines.join('')}`)
  })

  test('by mount targets and sources with ..', async () => {
    await using box = await buildSandbox()
    const said = /nothing can be mounted at \//
    await fail(box, 'FROM base:1\nRUN --mount=type=tmpfs,target=/etc/../.. true\n', { status: 1, said })
    await fail(box, 'FROM base:1\nRUN --mount=type=tmpfs,target=/proc/self true\n', { status: 1, said })
    await succeed(box, 'FROM base:1\nRUN --mount=type=bind,source=../..,target=/m cat /m/host-file > /got; true\n')
  })

  test('by ids and sources of cache mounts (CVE-2024-9675)', async () => {
    await using box = await buildSandbox()
    const ids = ['../../x', '../../../host-folder', '/etc', '..']
    hostFolder(box)
    const mounts = ids.map((id, at) => `--mount=type=cache,id=${id},source=../..,target=/c${at}`)
    await succeed(box, `FROM base:1\nRUN ${mounts.join(' ')} for c in /c*; do ls -a $c; echo > $c/f; done > /got\n`)
    assert.ok(!existsSync('/etc/f'))
    assert.equal(box.built('got'), '.\n..\n'.repeat(ids.length))
  })

  test('by a link in a cache in place of its source, also while it is put there (CVE-2024-23651)', async () => {
    await using box = await buildSandbox()
    const cache = '--mount=type=cache,id=shared,target=/c'
    const inner = '--mount=type=cache,id=shared,source=s,target=/inner'
    await succeed(box, `FROM base:1\nRUN ${cache} mkdir -p /c/s && ln -s ${box.path} /c/link\n`)
    const dockerfile = `FROM base:1\nRUN ${inner.replace('source=s', 'source=link')} cat /inner/host-file > /got\n`
    await fail(box, dockerfile, { status: 1, said: /there is no \/link to mount/ })
    const swap = 'mv /c/s /c/t; ln -s /c/link /c/s; rm /c/s; mv /c/t /c/s'
    const raced = [
      `FROM base:1 AS swaps\nRUN ${cache} i=0; while [ $i -lt 300 ]; do i=$((i+1)); ${swap}; done\n`,
      ...[1, 2, 3, 4].map(
        (at) => `FROM base:1 AS reads${at}\nRUN ${inner} echo ${at}; cat /inner/host-file > /got${at}; true\n`,
      ),
      'FROM base:1\nCOPY --from=swaps /etc/passwd /\n',
      ...[1, 2, 3, 4].map((at) => `COPY --from=reads${at} /got${at} /\n`),
    ]
    // Whoever looks while the folder is away may find none.
    assertUntouched(box, await box.build(raced.join('')))
  })

  test('by a file that becomes a link while it is copied', async () => {
    await using box = await buildSandbox()
    box.write('folder/file', 'x'.repeat(100_000))
    const swap = [
      'const fs = require("fs"); process.chdir(process.argv[1]); process.stdout.write("ready")',
      'fs.symlinkSync("../host-file", "link"); fs.symlinkSync("..", "up")',
      'const x = (a, b) => { fs.renameSync(a, "t"); fs.renameSync(b, a); fs.renameSync("t", b) }',
      'for (;;) { try { x("link", "folder/file"); x("folder", "up"); x("folder", "up") } catch {} }',
    ]
    const swapper = spawn(process.execPath, ['-e', swap.join('\n'), box.context], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    try {
      await once(swapper.stdout, 'data')
      for (let at = 0; at < 2; at += 1) {
        assertUntouched(box, await box.build('FROM scratch\nCOPY folder /got/\nCOPY . /all/\n', '--no-cache'))
      }
    } finally {
      swapper.kill('SIGKILL')
    }
  })

  test('by options of mounts (CVE-2024-9407)', async () => {
    await using box = await buildSandbox()
    for (const option of ['bind-propagation=rshared', 'suid', 'U=true']) {
      const dockerfile = `FROM base:1\nRUN --mount=type=bind,source=.,target=/m,${option} true\n`
      await fail(box, dockerfile, { status: 2, said: /Dockerfile|mount/ })
    }
  })

  test('by files that are open elsewhere (CVE-2024-21626)', async () => {
    await using box = await buildSandbox()
    await succeed(box, 'FROM base:1\nRUN ls /proc/self/fd > /got; ls -l /proc/self/fd/ > /list\n')
    assert.equal(box.built('got'), '0\n1\n2\n3\n')
    assert.doesNotMatch(box.built('list'), /\/tmp|\/work|store|cgroup/)
    for (const place of ['self/fd/8', '1/fd/7']) {
      const dockerfile = `FROM base:1\nWORKDIR /proc/${place}\nRUN cat ../../../../../..${box.hostFile} > /got; true\n`
      assertUntouched(box, await box.build(dockerfile))
    }
  })

  for (const [runtime, program] of [
    ['crun', 'crun'],
    ['runc', 'runc'],
    ['util-linux', 'unshare'],
  ] as const) {
    const skip = skipUnlessInstalled(program)
    test(`by device files that it makes, or that an image has, run by ${runtime}`, { skip }, async () => {
      await using box = await buildSandbox({ environment: { WHERRY_RUNTIME: runtime } })
      await writeArchive(box, device('of-a-layer', 1, 3))
      const made = '/made /dev/made /dev/shm/made /c/made /m/made /tmpfs/made'
      const mounts = '--mount=type=cache,target=/c --mount=type=bind,rw,target=/m --mount=type=tmpfs,target=/tmpfs'
      const commands = [
        `for f in ${made}; do mknod $f c 1 3; done`,
        `for f in /of-a-layer ${made}; do cat $f && echo opened $f; done`,
        'for f in null zero tty random; do chmod 777 /dev/$f; chown 1:1 /dev/$f; done',
        'mount -t devtmpfs none /root && echo mounted',
        'true',
      ]
      const { said } = await succeed(box, `${evilBase}RUN ${mounts} (${commands.join('; ')}) > /got 2>&1\n`)
      assert.doesNotMatch(box.built('got'), /^(?:opened|mounted)/m)
      assert.equal(box.built('got').match(/can't open .*Permission denied/g)?.length, 1 + made.split(' ').length, said)
      assert.deepEqual([statSync('/dev/null').mode & 0o777, statSync('/dev/null').uid], [0o666, 0])
    })

    test(`by device files of an image whose root is read-only, run by ${runtime}`, { skip }, async () => {
      await using box = await buildSandbox({ environment: { WHERRY_RUNTIME: runtime } })
      await writeArchive(box, device('of-a-layer', 1, 3))
      await box.build(evilBase, '-t', 'evil:1')
      const words = ['--network', 'none', '--read-only', 'evil:1', 'cat', '/of-a-layer']
      assert.match((await box.run('run', ...words)).said, /can't open .*Permission denied/)
    })
  }

  test('by setuid files, that other users of the machine would use while it builds', async () => {
    await using box = await buildSandbox()
    for (const folder of [box.path, box.storePath]) chmodSync(folder, 0o755)
    const dockerfile =
      'FROM base:1\nRUN --mount=type=cache,target=/c cp /bin/busybox /s; cp /s /c; chmod 4755 /s /c/s\n'
    const building = box.start(`${dockerfile}RUN --mount=type=cache,target=/c echo is there; sleep 2\n`)
    const ended = outcomeOf(building)
    let seen = ''
    building.stderr?.on('data', (chunk: Buffer) => (seen += chunk.toString()))
    while (!seen.includes('is there\n') && building.exitCode === null) await once(building.stderr ?? building, 'data')
    const find = ['find', box.storePath, '-perm', '-4000']
    const asNobody = ['--reuid', String(nobody.uid), '--regid', String(nobody.gid), '--clear-groups', ...find]
    const found = spawn('setpriv', asNobody, { stdio: ['ignore', 'pipe', 'ignore'] })
    assert.equal((await outcomeOf(found)).said, '')
    assert.equal((await ended).status, 0, seen)
    for (const name of ['scratch', 'build/mounts']) {
      assert.equal(lstatSync(join(box.storePath, '.wherry', name)).mode & 0o777, 0o700, name)
    }
  })

  test('by /proc and /sys', async () => {
    await using box = await buildSandbox()
    const before = readFileSync('/proc/sys/kernel/core_pattern', 'utf8')
    const written = '/proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/vm/drop_caches /sys/power/state'
    const readFiles = '/proc/kcore /proc/keys /proc/timer_list /sys/firmware/*'
    const commands = [
      `for f in ${written}; do echo h > $f && echo wrote $f; done`,
      `for f in ${readFiles}; do [ -n "$(head -c 1 $f)" ] && echo read $f; done`,
      'mount -o remount,rw /proc/sys && echo remounted',
      'umount /proc/sys && echo unmounted',
      'ls /proc/1/root/../../..',
    ]
    await succeed(box, `FROM base:1\nRUN (${commands.join('; ')}) > /got 2>&1\n`)
    assert.doesNotMatch(box.built('got'), /^(?:wrote|read|remounted|unmounted)/m)
    assert.equal(readFileSync('/proc/sys/kernel/core_pattern', 'utf8'), before)
  })

  test('by a privileged mode that nobody allowed (CVE-2024-23653)', async () => {
    await using box = await buildSandbox()
    const dockerfile = 'FROM base:1\nRUN --security=insecure true\n'
    await fail(box, dockerfile, { status: 2, said: /--allow security\.insecure/ })
  })

  test('by the network, where it has none', async () => {
    await using box = await buildSandbox()
    const server = createServer((_, response) => response.end(hostSecret)).listen(0, '127.0.0.1')
    try {
      await once(server, 'listening')
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      const commands = [`wget -T 2 -q -O /got http://127.0.0.1:${port}/`, 'ls /sys/class/net > /links', 'true']
      const lines = [`RUN ${commands.join('; ')}`, 'RUN cat /proc/net/unix | tail -n +2 | grep @ > /sockets; true']
      await succeed(box, `FROM base:1\n${lines.join('\n')}\n`, '--network', 'none')
      assert.equal(box.built('links'), 'lo\n')
      assert.equal(box.built('sockets'), '')
      await succeed(box, `FROM base:1\n${lines.join('\n').replaceAll('RUN', 'RUN --network=none')}\n`)
      assert.equal(box.built('links'), 'lo\n')
    } finally {
      server.close()
    }
  })

  test('by its environment', async () => {
    await using box = await buildSandbox()
    await succeed(box, 'FROM base:1\nRUN env > /got; tr "\\0" "\\n" < /proc/1/environ >> /got\n')
    assert.doesNotMatch(box.built('got'), /SECRET_OF_THE_HOST|XDG_|WHERRY/)
  })

  test('by bind mounts of what .dockerignore leaves out', async () => {
    await using box = await buildSandbox()
    for (const name of ['hidden', 'seen', 'folder/hidden', '.dockerignore']) box.write(name, '**/hidden\n')
    await succeed(box, 'FROM base:1\nRUN --mount=type=bind,target=/m find /m -name hidden > /got; ls /m >> /got\n')
    assert.equal(box.built('got'), 'folder\nseen\n')
  })

  test('as a user without rights either', async () => {
    await using box = await buildSandbox({ user: nobody })
    await writeArchive(box, symbolicLink('etc/hosts', box.hostFile), symbolicLink('link', box.path))
    const commands = [
      'mknod /d c 1 3 && echo made',
      `cat /etc/shadow /proc/1/root${box.hostFile} /link/host-file`,
      'mount -t tmpfs none /root && echo mounted',
      'for f in /proc/sys/kernel/core_pattern /sys/power/state /etc/hosts; do echo h > $f; done',
      'ls /proc/self/fd',
    ]
    await succeed(box, `${evilBase}RUN --mount=type=tmpfs,target=/link/t (${commands.join('; ')}) > /got 2>&1\n`)
    assert.doesNotMatch(box.built('got'), /^(?:made|mounted)/m)
    assert.match(box.built('got'), /\n0\n1\n2\n3\n$/)
  })
})
