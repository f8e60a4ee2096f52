import assert from 'node:assert/strict'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { buildSandbox, buildSandboxSkipReason, nobody } from '../support/build-sandbox.ts'
import { registrySkipReason, startRegistry } from '../support/registry.ts'
import { processesWith, runSandbox } from '../support/run-sandbox.ts'
import { runOnTerminal, terminalSkipReason } from '../support/terminal.ts'

const skip = buildSandboxSkipReason

/** Nothing here but the tests of networks needs one, and without one a process starts sooner. */
const quick = ['run', '--network', 'none'] as const

describe('what a run tells', { skip }, () => {
  test('is what the process writes, each stream to its own, byte for byte, and its status', async () => {
    await using sandbox = await runSandbox()
    const script = String.raw`printf 'a\377\000b'; echo problem >&2; exit 7`
    const { status, stdoutBytes, stderr } = await sandbox.run(...quick, '-q', 'base:1', 'sh', '-c', script)
    assert.equal(status, 7)
    assert.deepEqual([...stdoutBytes], [97, 255, 0, 98])
    assert.equal(stderr, 'problem\n')
    assert.deepEqual(sandbox.leftFolders(), [])
  })

  test('of a program that is not there or cannot be executed is 127 and 126, and of everything else 125', async () => {
    await using sandbox = await runSandbox()
    const missing = await sandbox.run(...quick, 'base:1', 'lss')
    assert.equal(missing.status, 127)
    assert.match(
      missing.stderr,
      /error: lss is not in the image\nhint: Did you mean lsof\?|error: lss is not in the image/,
    )
    const denied = await sandbox.run(...quick, 'base:1', '/etc/passwd')
    assert.equal(denied.status, 126)
    assert.match(denied.stderr, /\/etc\/passwd cannot be executed/)
    const noUser = await sandbox.run(...quick, '-u', 'bob', 'base:1', 'true')
    assert.equal(noUser.status, 125)
    assert.match(noUser.stderr, /there is no user "bob"/)
    const noImage = await sandbox.run('run', '--pull', 'never', 'other:1')
    assert.equal(noImage.status, 125)
    assert.match(noImage.stderr, /the store does not have other:1/)
    assert.equal((await sandbox.run('run', '--nothing', 'base:1')).status, 125)
    assert.equal((await sandbox.run('run')).status, 125)
    assert.deepEqual(sandbox.leftFolders(), [])
  })

  test('goes nowhere when nobody reads any more: the process ends', async () => {
    await using sandbox = await runSandbox()
    const running = sandbox.begin(...quick, '-q', 'base:1', 'yes')
    await running.said('y\n')
    running.child.stdout?.destroy()
    const { status, stderr } = await running.ended
    assert.deepEqual([status, stderr], [141, ''])
    assert.deepEqual(sandbox.leftFolders(), [])
  })

  test('is decided before the name of the image: what is behind it is for the program', async () => {
    await using sandbox = await runSandbox()
    const { stdout } = await sandbox.run(...quick, '--rm', 'base:1', 'echo', '-q', '--help', '-h', '--', '--rm=x')
    assert.equal(stdout, '-q --help -h -- --rm=x\n')
    const { stdout: named } = await sandbox.run(...quick, '-hbox', '--', 'base:1', 'hostname')
    assert.equal(named, 'box\n')
  })
})

describe('the process of a run', { skip }, () => {
  test('has the variables, user and folder of the image and of the line', async () => {
    await using sandbox = await runSandbox()
    await sandbox.image('app:1', 'FROM base:1\nENV A=image B=image C=image\nUSER ada\nWORKDIR /srv\n')
    writeFileSync(join(sandbox.path, 'variables'), '# none\nB=file\nC=file\n\n')
    const script = 'id -un; id -gn; pwd; echo $A $B $C $D $HOME; grep CapEff /proc/self/status'
    const line = ['--env-file', 'variables', '-e', 'C=line', '-e', 'D', '-e', 'HOME=/x', 'app:1', 'sh', '-c', script]
    const { stdout, stderr } = await sandbox.run(...quick, ...line)
    assert.equal(stdout, 'ada\nada\n/srv\nimage file line /x\nCapEff:\t0000000000000000\n', stderr)
    const other = await sandbox.run(
      ...quick,
      '-u',
      '0:1000',
      '-w',
      '/new',
      'app:1',
      'sh',
      '-c',
      'id -u; id -g; pwd; echo $HOME',
    )
    assert.equal(other.stdout, '0\n1000\n/new\n/root\n', other.stderr)
  })

  test('is put together from entry point and command by the rules of docker', async () => {
    await using sandbox = await runSandbox()
    await sandbox.image('app:1', 'FROM base:1\nENTRYPOINT ["echo", "entry"]\nCMD ["image"]\n')
    assert.equal((await sandbox.run(...quick, 'app:1')).stdout, 'entry image\n')
    assert.equal((await sandbox.run(...quick, 'app:1', 'line')).stdout, 'entry line\n')
    assert.equal((await sandbox.run(...quick, '--entrypoint', 'printf', 'app:1', 'x%s', 'y')).stdout, 'xy')
    assert.equal((await sandbox.run(...quick, '--entrypoint', '', 'app:1', 'echo', 'line')).stdout, 'line\n')
    const nothing = await sandbox.run(...quick, '--entrypoint=', 'app:1')
    assert.equal(nothing.status, 125)
    assert.match(nothing.stderr, /the image says no command, and none is given/)
  })

  test('reads standard input if it is to, and nothing otherwise', async () => {
    await using sandbox = await runSandbox()
    const large = Buffer.alloc(300_000, 'input\n')
    const { stdoutBytes, stderr } = await sandbox.runWithInput(large, ...quick, '-i', 'base:1', 'cat')
    assert.ok(large.equals(stdoutBytes), stderr)
    assert.equal((await sandbox.runWithInput('unread', ...quick, 'base:1', 'cat')).stdout, '')
    const early = await sandbox.runWithInput(large, ...quick, '-i', 'base:1', 'head', '-n', '1')
    assert.equal(early.stdout, 'input\n')
  })

  test('has no network, no rights and no changes where the line says so', async () => {
    await using sandbox = await runSandbox()
    const script =
      'ls /sys/class/net; grep CapEff /proc/self/status; touch /a; touch /own/b && ls /own; mount | grep -c "on /own .*size=1024k"'
    const words = ['--read-only', '--tmpfs', '/own:size=1m', '--cap-drop', 'ALL', '--cap-add', 'net_raw', 'base:1']
    const { stdout, stderr } = await sandbox.run(...quick, ...words, 'sh', '-c', script)
    assert.equal(stdout, 'lo\nCapEff:\t0000000000002000\nb\n1\n', stderr)
    assert.match(stderr, /touch: \/a: Read-only file system/)
  })

  test('has a terminal of the size of the caller, and its keys', { skip: terminalSkipReason }, async () => {
    await using sandbox = await runSandbox()
    const words = [
      ...quick,
      '-it',
      'base:1',
      'sh',
      '-c',
      'stty size; trap "echo caught; exit 9" INT; echo go; sleep 100 & wait',
    ]
    const { status, text } = await runOnTerminal(sandbox, words, [{ after: 'go', type: '\u0003' }])
    assert.equal(status, 9, text)
    assert.match(text, /24 80\r\ngo\r\n\^Ccaught\r\n$/)
    const without = await sandbox.run(...quick, '-it', 'base:1', 'true')
    assert.equal(without.status, 125)
    assert.match(without.stderr, /standard input is no terminal/)
  })

  test('may not use more memory than it is given', { skip: skip || whyNoCgroups() }, async () => {
    await using sandbox = await runSandbox()
    const script = 'dd if=/dev/zero of=/dev/null bs=100M count=1'
    const { status, stderr } = await sandbox.run(...quick, '-m', '32m', '--cpus', '1.5', 'base:1', 'sh', '-c', script)
    assert.equal(status, 137, stderr)
  })

  test('has the limits of the line, soft and hard, and no limit', async () => {
    await using sandbox = await runSandbox()
    const limits = ['--ulimit', 'nofile=100:200', '--ulimit', 'core=-1', '--ulimit', 'nofile=300:400']
    const words = [...quick, ...limits, 'base:1', 'sh', '-c', 'ulimit -n; ulimit -Hn; ulimit -c']
    assert.equal(await sandbox.succeed(...words), '300\n400\nunlimited\n')
    const unknown = await sandbox.run(...quick, '--ulimit', 'nofiles=1', 'base:1', 'true')
    assert.match(unknown.stderr, /--ulimit nofiles=1: there is no limit nofiles\nhint: Did you mean nofile\?/)
    const turned = await sandbox.run(...quick, '--ulimit', 'nofile=2:1', 'base:1', 'true')
    assert.match(turned.stderr, /the soft limit is above the hard one/)
    const tiny = await sandbox.run(...quick, '--ulimit', 'fsize=10', 'base:1', 'true')
    assert.match(tiny.stderr, /hint: crun itself keeps to the limits while it starts the process, fsize=10: /)
    const much = await sandbox.run(...quick, '--ulimit', 'nofile=-1', 'base:1', 'true')
    assert.match(much.stderr, /the limit nofile=unlimited is above the \d+ that are allowed here/)
  })

  test('is told what is wrong with its line before the image is looked for', async () => {
    await using sandbox = await runSandbox()
    for (const words of [
      ['--ulimit', 'nofile=x'],
      ['--cpus', 'two'],
      ['--memory', '1k'],
      ['--name', '_boat'],
      ['-p', '80:http'],
      ['--shm-size', 'big'],
    ]) {
      const { stderr } = await sandbox.run(...quick, ...words, 'registry.invalid/not-there:1', 'true')
      assert.match(stderr, new RegExp(`^error: .*${words[1]}`))
      assert.doesNotMatch(stderr, /registry\.invalid/)
    }
  })

  test('has an init above it that reaps orphans and passes signals on', { skip: whyNoInit() }, async () => {
    await using sandbox = await runSandbox()
    const script =
      '(sleep 0 & exec sleep 0.1); trap "exit 5" TERM; cat /proc/1/comm; echo ready; while :; do sleep 0.1; done'
    const running = sandbox.begin(...quick, '-q', '--init', 'base:1', 'sh', '-c', script)
    await running.said('ready')
    running.child.kill('SIGTERM')
    assert.deepEqual(await running.ended, { status: 5, stdout: 'docker-init\nready\n', stderr: '' })
    const missing = await sandbox.run(...quick, '-q', '--init', 'base:1', 'lss')
    assert.equal(missing.status, 127)
    const orphans = '(sh -c "sleep 0.1 & true"); sleep 0.3; grep -l "State:.Z" /proc/[0-9]*/status; echo none'
    assert.equal((await sandbox.run(...quick, '-q', '--init', 'base:1', 'sh', '-c', orphans)).stdout, 'none\n')
  })

  test('starts also where PATH names no folder of programs, as doctor says', async () => {
    for (const user of [undefined, nobody]) {
      await using sandbox = await buildSandbox({ environment: { PATH: '/nowhere' }, ...(user && { user }) })
      const { status, said } = await sandbox.run(...quick, '-q', 'base:1', 'echo', 'here')
      assert.deepEqual([status, said], [0, 'here\n'])
      assert.equal((await sandbox.run('doctor')).status, 0)
    }
  })

  test('is root of its own where the user has no rights at all', async () => {
    await using sandbox = await buildSandbox({ user: nobody })
    const { status, said } = await sandbox.run(
      ...quick,
      '-q',
      '-v',
      './data:/data',
      'base:1',
      'sh',
      '-c',
      'id -u; touch /data/a',
    )
    assert.deepEqual([status, said], [0, '0\n'])
    assert.ok(existsSync(join(sandbox.path, 'data/a')))
  })
})

describe('the image of a run', { skip: skip || registrySkipReason }, () => {
  test('is that of the store, or else that of its registry, as --pull says', async () => {
    await using sandbox = await runSandbox()
    await using registry = await startRegistry()
    const name = `${registry.host}/team/app:1`
    await sandbox.image(name, 'FROM base:1\nCMD ["echo", "first"]\n')
    await sandbox.succeed('push', '--tls-verify=false', name)
    await sandbox.image(name, 'FROM base:1\nCMD ["echo", "second"]\n')
    const words = [...quick, '--tls-verify=false']
    assert.equal(await sandbox.succeed(...words, name), 'second\n')
    assert.equal(await sandbox.succeed(...words, '--pull', 'always', name), 'first\n')
    await sandbox.succeed('rm', name)
    assert.equal((await sandbox.run(...words, '--pull', 'never', name)).status, 125)
    assert.equal(await sandbox.succeed(...words, name), 'first\n')
    assert.equal(await sandbox.succeed(...words, '--pull', 'never', name), 'first\n')
  })
})

describe('what a run mounts', { skip }, () => {
  test('is shown and may be written to, or only be read', async () => {
    await using sandbox = await runSandbox()
    mkdirSync(join(sandbox.path, 'there'))
    writeFileSync(join(sandbox.path, 'there/file'), 'content\n')
    const mounts = ['-v', './new:/a/b', '-v', './there:/c:ro', '--mount', 'type=bind,src=there/file,dst=/d,readonly']
    const script = 'echo written > /a/b/file; cat /c/file /d; touch /c/x; touch /d && echo no'
    const { stdout, stderr } = await sandbox.run(...quick, '-q', ...mounts, 'base:1', 'sh', '-c', script)
    assert.equal(stdout, 'content\ncontent\n', stderr)
    assert.match(stderr, /touch: \/c\/x: Read-only file system/)
    assert.equal(readFileSync(join(sandbox.path, 'new/file'), 'utf8'), 'written\n')
    const named = await sandbox.run(...quick, '-v', 'data:/data', 'base:1', 'true')
    assert.equal(named.status, 125)
    assert.match(named.stderr, /there are no volumes with names here\nhint: .*-v \.\/data:\/data/)
  })

  test('are volumes of the image, with what the image has there, also where nothing else can be written to', async () => {
    await using sandbox = await runSandbox()
    await sandbox.image('app:1', 'FROM base:1\nWORKDIR /data/sub\nVOLUME /data /absent\n')
    const script = 'ls /data; touch /data/a /absent/b && ls /data /absent; touch /c'
    const { stdout, stderr } = await sandbox.run(...quick, '-q', '--read-only', 'app:1', 'sh', '-c', script)
    assert.equal(stdout, 'sub\n/absent:\nb\n\n/data:\na\nsub\n', stderr)
    assert.equal(
      (await sandbox.run(...quick, 'app:1', 'sh', '-c', 'touch /data/a /absent/b; ls /data')).stdout,
      'a\nsub\n',
    )
    assert.equal((await sandbox.run(...quick, 'app:1', 'ls', '/data')).stdout, 'sub\n')
    assert.deepEqual(sandbox.leftFolders(), [])
  })
})

describe('signals to a run', { skip }, () => {
  const traps = (...names: readonly string[]): string =>
    `${names.map((name) => `trap "echo ${name}" ${name}; `).join('')}echo ready; while :; do sleep 0.1; done`

  test('reach the process; the second Ctrl-C ends it', async () => {
    await using sandbox = await runSandbox()
    const running = sandbox.begin(...quick, 'base:1', 'sh', '-c', traps('TERM', 'HUP', 'USR1', 'INT'))
    await running.said('ready')
    for (const name of ['TERM', 'HUP', 'USR1', 'INT'] as const) {
      running.child.kill(`SIG${name}`)
      await running.said(`${name}\n`)
    }
    running.child.kill('SIGINT')
    assert.equal((await running.ended).status, 137)
    assert.deepEqual(sandbox.leftFolders(), [])
  })

  test('are what the image wants in the place of Ctrl-C', async () => {
    await using sandbox = await runSandbox()
    await sandbox.image('app:1', 'FROM base:1\nSTOPSIGNAL QUIT\n')
    const running = sandbox.begin(...quick, '-q', 'app:1', 'sh', '-c', `trap "exit 5" QUIT; ${traps('INT')}`)
    await running.said('ready')
    running.child.kill('SIGINT')
    assert.deepEqual(await running.ended, { status: 5, stdout: 'ready\n', stderr: '' })
  })

  test('that nobody survives leave nothing behind that runs', async () => {
    await using sandbox = await runSandbox()
    const running = sandbox.begin(...quick, 'base:1', 'sh', '-c', 'echo ready; sleep 31415926')
    await running.said('ready')
    assert.equal(processesWith('sleep 31415926').length > 0, true)
    running.child.kill('SIGKILL')
    await running.ended
    while (processesWith('sleep 31415926').length > 0)
      await once(process, 'nothing', { signal: AbortSignal.timeout(10) }).catch(() => undefined)
    // What lies there goes with the next.
    await sandbox.succeed(...quick, 'base:1', 'true')
    assert.deepEqual(
      sandbox.leftFolders().filter((name) => name.startsWith('host-')),
      [],
    )
  })
})

describe('ports of a run', { skip: skip || whyNoPrivateNetwork() }, () => {
  test('are answered by the process', async () => {
    await using sandbox = await runSandbox()
    const port = await freePort()
    const words = ['-p', `127.0.0.1:${port}:80`, 'base:1', 'sh', '-c', 'echo ready; exec httpd -f -h /etc']
    const running = sandbox.begin('run', ...words)
    await running.said('ready')
    assert.match(await fetchText(`http://127.0.0.1:${port}/group`), /^root:x:0:/)
    // Two Ctrl-C at once may arrive as one, and the first alone is for the server, which takes none.
    running.child.kill('SIGKILL')
    await running.ended
  })
})

function whyNoCgroups(): string | false {
  const folder = ['/sys/fs/cgroup/memory', '/sys/fs/cgroup'].find((path) => existsSync(path))
  try {
    accessSync(folder ?? '/sys/fs/cgroup', constants.W_OK)
    return false
  } catch {
    return 'cgroups cannot be written to'
  }
}

function whyNoInit(): string | false {
  const isThere = ['tini-static', 'catatonit'].some((name) => existsSync(`/usr/bin/${name}`))
  return isThere ? false : 'neither tini nor catatonit is installed'
}

function whyNoPrivateNetwork(): string | false {
  const isThere = ['/usr/bin/pasta', '/usr/bin/slirp4netns'].some((path) => existsSync(path))
  return isThere && existsSync('/dev/net/tun') ? false : 'there are no private networks here'
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

/** The process says that it is ready a moment before it listens. */
async function fetchText(url: string): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await (await fetch(url)).text()
    } catch (error) {
      if (tries > 1000) throw error
    }
  }
}
