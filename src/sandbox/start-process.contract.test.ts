import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { findProgram, runtimeNames } from './find-runtime.ts'
import { namesIn, privileges, sandboxContext, sandboxSkipReason, type Privilege } from './testing/sandbox-context.ts'
import type { SandboxAnswer } from './testing/sandbox-question.ts'

const exited = (status: number): SandboxAnswer['result'] => ({ kind: 'exited', status })

/** The words of each line `name words…` that a script has printed. */
function lineOf(answer: SandboxAnswer, name: string): string {
  const line = answer.stdout.split('\n').find((each) => each.startsWith(`${name} `))
  return line?.slice(name.length + 1).trim() ?? ''
}

const shell = (...lines: readonly string[]): readonly string[] => ['sh', '-c', lines.join('\n')]
const defaultCapabilityBits = '00000000a80425fb'
const canHaveUsers = (privilege: Privilege): boolean => privilege !== 'single'

for (const runtime of runtimeNames) {
  for (const privilege of privileges) {
    describe(`a process by ${runtime} as ${privilege}`, { skip: sandboxSkipReason(runtime, privilege) }, () => {
      const context = () => sandboxContext(runtime, privilege)

      test('says what it says, ends as it ends, and leaves nothing', async () => {
        await using box = await context()
        const answer = await box.ask({ arguments: shell('echo out', 'echo err >&2', 'sleep 1000 &', 'exit 7') })
        assert.deepEqual([answer.stdout, answer.stderr, answer.result], ['out\n', 'err\n', exited(7)])
        assert.deepEqual(answer.left, { processes: [], scratch: [] })
        assert.deepEqual(answer.mountPoints, [
          '/proc',
          '/sys',
          '/dev',
          '/etc',
          '/etc/hosts',
          '/etc/resolv.conf',
          '/etc/hostname',
        ])
        for (const name of ['hosts', 'resolv.conf', 'hostname']) {
          assert.equal(readFileSync(join(box.rootfs, 'etc', name), 'utf8'), '')
        }
      })

      test('reads what it is given', async () => {
        await using box = await context()
        const input = 'x'.repeat(300_000)
        const answer = await box.ask({ arguments: ['wc', '-c'], input: [{ after: '', input }] })
        assert.deepEqual([answer.stdout.trim(), answer.result], ['300000', exited(0)])
      })

      test('sees a system of its own, with the rights that Docker gives', async () => {
        await using box = await context()
        const answer = await box.ask({
          arguments: shell(
            'echo pid $$',
            'echo host $(hostname) $(cat /etc/hostname)',
            'echo here $(pwd)',
            'echo variables $(env | grep -v -e ^PWD= -e ^SHLVL= -e ^OLDPWD=)',
            'echo extra $(grep 10.1.2.3 /etc/hosts)',
            'echo devices $(ls /dev)',
            'echo open $(ls /proc/self/fd)',
            'echo rights $(grep CapEff /proc/self/status)',
            'echo filter $(grep Seccomp: /proc/self/status)',
            'echo inherited $(grep CapInh /proc/self/status)',
            'echo nothing > /dev/null && echo written yes',
            'echo again > /dev/stdout',
            'echo hidden $(cat /proc/keys | wc -c) $(ls /sys/firmware | wc -l)',
            'touch /proc/sys/kernel/x /proc/sysrq-trigger /sys/x 2> /dev/null || echo protected yes',
            'mount -t tmpfs none /bin 2> /dev/null || echo mount refused',
            'unshare -U true 2> /dev/null || echo unshare refused',
            'echo umask $(umask)',
          ),
          spec: { workingDirectory: '/made/deep', extraHosts: [{ name: 'mirror', address: '10.1.2.3' }] },
        })
        assert.equal(answer.stderr, '')
        assert.equal(lineOf(answer, 'pid'), '1')
        assert.equal(lineOf(answer, 'host'), 'box box')
        assert.equal(lineOf(answer, 'here'), '/made/deep')
        assert.equal(lineOf(answer, 'variables').split(' ').toSorted().join(' '), 'HOME=/ PATH=/bin')
        assert.equal(lineOf(answer, 'extra'), '10.1.2.3 mirror')
        const devices = new Set(lineOf(answer, 'devices').split(' '))
        const usual = [
          'fd',
          'full',
          'mqueue',
          'null',
          'ptmx',
          'pts',
          'random',
          'shm',
          'stderr',
          'stdin',
          'stdout',
          'tty',
          'urandom',
          'zero',
        ]
        assert.deepEqual(
          usual.filter((name) => !devices.has(name)),
          [],
        )
        assert.equal(lineOf(answer, 'open'), '0 1 2 3')
        assert.equal(lineOf(answer, 'rights'), `CapEff: ${defaultCapabilityBits}`)
        assert.equal(lineOf(answer, 'inherited'), 'CapInh: 0000000000000000')
        assert.equal(lineOf(answer, 'filter'), 'Seccomp: 2')
        for (const name of ['written', 'protected']) assert.equal(lineOf(answer, name), 'yes', name)
        for (const name of ['mount', 'unshare']) assert.equal(lineOf(answer, name), 'refused', name)
        assert.ok(answer.stdout.includes('again\n'))
        assert.equal(lineOf(answer, 'hidden'), '0 0')
        assert.equal(lineOf(answer, 'umask'), '0022')
        assert.ok(existsSync(join(box.rootfs, 'made/deep')))
        assert.ok(!answer.mountPoints.includes('/made'))
      })

      test('is who it should be, and may still write to /dev/stdout', async () => {
        await using box = await context()
        const user = { uid: 1000, gid: 1001, additionalGids: [1002] }
        const answer = await box.ask({
          arguments: shell(
            'echo ids $(id -u) $(id -g) $(id -G)',
            'echo rights $(grep CapEff /proc/self/status)',
            'echo again > /dev/stdout',
          ),
          spec: { user },
        })
        if (!canHaveUsers(privilege)) {
          assert.equal(answer.failure?.code, 'cannot-start')
          assert.match(answer.failure?.hint ?? '', /doctor/)
          return
        }
        assert.equal(answer.stderr, '')
        assert.equal(lineOf(answer, 'ids'), '1000 1001 1001 1002')
        assert.equal(lineOf(answer, 'rights'), 'CapEff: 0000000000000000')
        assert.ok(answer.stdout.includes('again\n'))
      })

      test('sees what is mounted, and no trace of it is left in the root', async () => {
        await using box = await context()
        mkdirSync(join(box.directory, 'shared'), { mode: 0o777 })
        box.write(join(box.directory, 'shared/given'), 'given\n')
        box.write(join(box.directory, 'file'), 'a file\n')
        const source = join(box.directory, 'shared')
        const file = join(box.directory, 'file')
        const closed = { uid: 0, gid: 0, isReadOnly: true, forbidsPrograms: true }
        const answer = await box.ask({
          arguments: shell(
            'cat /in/given /etc/some/file /memory/file /dev/made/file',
            'touch /in/no /etc/some/file 2> /dev/null || echo kept yes',
            'touch /memory/yes && echo memory yes',
            'echo mode $(stat -c %a /memory)',
            "echo closed $(grep ' /closed ' /proc/mounts)",
          ),
          spec: {
            mounts: [
              { kind: 'bind', source, target: '/in', isReadOnly: true },
              { kind: 'bind', source: file, target: '/etc/some/file', isReadOnly: true },
              { kind: 'tmpfs', target: '/memory', sizeBytes: 1_000_000, mode: 0o700 },
              { kind: 'tmpfs', target: '/closed', sizeBytes: undefined, mode: undefined, ...closed },
              { kind: 'bind', source: file, target: '/memory/file', isReadOnly: false },
              { kind: 'bind', source: file, target: '/dev/made/file', isReadOnly: true },
            ],
          },
        })
        assert.deepEqual([answer.stderr, answer.result], ['', exited(0)])
        assert.ok(answer.stdout.startsWith('given\na file\na file\na file\n'), answer.stdout)
        assert.equal(lineOf(answer, 'kept'), 'yes')
        assert.equal(lineOf(answer, 'memory'), 'yes')
        assert.equal(lineOf(answer, 'mode'), '700')
        assert.match(lineOf(answer, 'closed'), / ro,nosuid,nodev,noexec/)
        assert.deepEqual(answer.mountPoints.slice(-4), ['/etc/some', '/etc/some/file', '/memory', '/closed'])
        assert.deepEqual(namesIn(source), ['given'])
        assert.deepEqual(namesIn(join(box.rootfs, 'memory')), [])
      })

      test('can be kept from writing to its root', async () => {
        await using box = await context()
        const answer = await box.ask({
          arguments: shell(
            'touch /x 2> /dev/null || echo root refused',
            'touch /dev/shm/x && echo shm yes',
            'echo x 2> /dev/null >> /etc/hosts || echo hosts refused',
          ),
          spec: { isRootReadOnly: true },
        })
        const lines = ['hosts', 'root', 'shm'].map((each) => lineOf(answer, each))
        assert.deepEqual(lines, ['refused', 'refused', 'yes'])
      })

      test('may do everything in its namespaces when it is privileged', async () => {
        await using box = await context()
        const answer = await box.ask({
          arguments: shell(
            'echo filter $(grep Seccomp: /proc/self/status)',
            'mkdir /m && mount -t tmpfs none /m && echo mounted yes',
          ),
          spec: { isPrivileged: true },
        })
        assert.equal(lineOf(answer, 'filter'), 'Seccomp: 0', JSON.stringify(answer))
        assert.equal(lineOf(answer, 'mounted'), 'yes')
      })

      test('has the loopback alone, or the network of the host', async () => {
        await using box = await context()
        const question = {
          arguments: shell('echo links $(ls /sys/class/net)', 'ifconfig lo | grep -q UP && echo loopback up'),
        }
        const none = await box.ask(question)
        assert.equal(lineOf(none, 'loopback'), 'up')
        const host = await box.ask({ ...question, spec: { network: 'host' } })
        assert.deepEqual(lineOf(host, 'links').split(' '), readdirSync('/sys/class/net').toSorted())
      })

      test('has a private network, and ports of it are published', { skip: privateSkipReason(privilege) }, async () => {
        await using box = await context()
        box.makeDirectory(join(box.rootfs, 'www'))
        box.write(join(box.rootfs, 'www/index.html'), 'hello')
        const hostPort = await freePort()
        const answer = await box.ask({
          arguments: shell(
            // It goes on in the background once it listens.
            'httpd -p 80 -h /www',
            'echo ready',
            'while :; do sleep 0.05; done',
          ),
          spec: {
            network: 'private',
            publishedPorts: [{ hostAddress: '127.0.0.1', hostPort, containerPort: 80, protocol: 'tcp' }],
          },
          steps: [
            { after: 'ready', kind: 'fetch', url: `http://127.0.0.1:${hostPort}/` },
            { after: 'fetched hello', kind: 'abort' },
          ],
        })
        assert.ok(answer.stdout.includes('fetched hello'), JSON.stringify(answer))
        assert.deepEqual(answer.left, { processes: [], scratch: [] })
      })

      test('gets signals', async () => {
        await using box = await context()
        const answer = await box.ask({
          arguments: shell("trap 'echo caught; exit 3' TERM", 'echo ready', 'while :; do sleep 0.05; done'),
          steps: [{ after: 'ready', kind: 'kill', signal: 'SIGTERM' }],
        })
        assert.deepEqual([answer.stdout, answer.result], ['<ready>\ncaught\n', exited(3)])
      })

      test('ends with the job, and so does all that it has started', async () => {
        await using box = await context()
        const answer = await box.ask({
          arguments: shell('sleep 1000 &', "trap '' TERM INT", 'echo ready', 'while :; do sleep 0.05; done'),
          steps: [{ after: 'ready', kind: 'abort' }],
        })
        assert.equal(answer.failure?.message, 'aborted by the test')
        assert.deepEqual(answer.left, { processes: [], scratch: [] })
      })

      test('ends with the process that has started it, however that ends', async () => {
        await using box = await context()
        const child = box.start({
          arguments: shell('echo ready', `while :; do sleep 0.05; done # ${box.directory}`),
          steps: [{ after: 'ready', kind: 'tell', text: 'ready' }],
        })
        assert.ok(child.stdout !== null)
        await once(child.stdout, 'data')
        child.kill('SIGKILL')
        await once(child, 'close')
        const isLeft = (): boolean => runsSomewhere(box.directory)
        while (isLeft()) await new Promise((resolve) => setImmediate(resolve))
      })

      test('has a terminal where it is asked for, which can change its size', async () => {
        await using box = await context()
        const answer = await box.ask({
          arguments: shell(
            'tty > /dev/null && echo terminal yes',
            'echo first $(stty size)',
            "trap 'heard=yes' WINCH",
            'echo ready',
            // Linux sends the signal before it notes the size.
            'looks=0',
            'until [ "$heard" = yes ] && [ "$(stty size)" != "30 90" ] || [ $looks = 200 ]; do looks=$((looks + 1)); sleep 0.05; done',
            'echo second $(stty size); exit 4',
          ),
          spec: { terminal: { columns: 90, rows: 30 } },
          steps: [{ after: 'ready', kind: 'resize', columns: 120, rows: 40 }],
        })
        assert.equal(lineOf(answer, 'terminal'), 'yes', JSON.stringify(answer))
        assert.equal(lineOf(answer, 'first'), '30 90')
        assert.equal(lineOf(answer, 'second'), '40 120')
        assert.deepEqual(answer.result, exited(4))
      })

      test('hears Ctrl-C and Ctrl-D on its terminal', async () => {
        await using box = await context()
        const answer = await box.ask({
          arguments: shell("trap 'echo interrupted; cat; exit 5' INT", 'echo ready', 'while :; do sleep 0.05; done'),
          spec: { terminal: { columns: 80, rows: 24 } },
          input: [
            { after: 'ready', input: '\x03' },
            { after: 'interrupted', input: '\x04' },
          ],
        })
        assert.ok(answer.stdout.includes('interrupted'), JSON.stringify(answer))
        assert.deepEqual(answer.result, exited(5))
      })

      test('never leads out of the root by its links (CVE-2024-23652 and the like)', async () => {
        await using box = await context()
        const outside = join(box.directory, 'outside')
        box.makeDirectory(outside)
        const up = '../'.repeat(20)
        box.makeDirectory(join(box.rootfs, 'etc'))
        symlinkSync(`${up}${outside}/resolv.conf`, join(box.rootfs, 'etc/resolv.conf'))
        symlinkSync(outside, join(box.rootfs, 'absolute'))
        symlinkSync(`${up}${outside}`, join(box.rootfs, 'relative'))
        const answer = await box.ask({
          arguments: shell('touch /absolute/m/x', 'grep -c nameserver /etc/resolv.conf > /dev/null; echo here $(pwd)'),
          spec: {
            workingDirectory: '/relative/work',
            mounts: [{ kind: 'tmpfs', target: '/absolute/m', sizeBytes: undefined, mode: undefined }],
          },
        })
        assert.deepEqual(answer.result, exited(0), JSON.stringify(answer))
        assert.deepEqual(namesIn(outside), [])
        assert.equal(lineOf(answer, 'here'), `${outside}/work`)
        assert.ok(answer.mountPoints.includes(`${outside}/resolv.conf`))
      })

      test('has no file open that this process has, and no working directory in one (CVE-2024-21626)', async () => {
        await using box = await context()
        symlinkSync('/proc/self/fd', join(box.rootfs, 'open'))
        const refused = await box.ask({ arguments: ['pwd'], spec: { workingDirectory: '/open/7' } })
        assert.equal(refused.failure?.code, 'cannot-start', JSON.stringify(refused))
        const answer = await box.ask({ arguments: shell('echo open $(ls /proc/self/fd)') })
        assert.equal(lineOf(answer, 'open'), '0 1 2 3')
      })

      test('has the limits of setrlimit(2) that it is given, and no more than may be given', async () => {
        await using box = await context()
        const limits = { memoryBytes: undefined, cpus: undefined }
        const lowered = [
          { name: 'nofile', soft: 100, hard: 200 } as const,
          { name: 'core', soft: 0, hard: 1024 } as const,
        ]
        const answer = await box.ask({
          arguments: shell('echo limits $(ulimit -n) $(ulimit -Hn) $(ulimit -c) $(ulimit -Hc)'),
          spec: { limits: { ...limits, ulimits: lowered } },
        })
        assert.equal(lineOf(answer, 'limits'), '100 200 0 2', JSON.stringify(answer))
        const many = [{ name: 'nofile', soft: 2 ** 40, hard: 2 ** 40 } as const]
        const refused = await box.ask({ arguments: ['true'], spec: { limits: { ...limits, ulimits: many } } })
        assert.match(refused.failure?.message ?? '', /the limit nofile=1099511627776 is above the \d+ that are allowed/)
      })

      test('has limits where there are cgroups, and else a notice says that there are none', async () => {
        await using box = await context()
        const answer = await box.ask({
          arguments: shell('cat /dev/zero > /dev/shm/x', 'echo written $(stat -c %s /dev/shm/x)'),
          spec: { limits: { memoryBytes: 32 * 1024 * 1024, cpus: 0.5, ulimits: [] } },
        })
        if (answer.notices.length > 0) assert.match(answer.notices.join('\n'), /without limits/)
        else assert.doesNotMatch(answer.stdout, /written 67108864/)
        if (privilege !== 'root') assert.equal(answer.notices.length, 1)
      })
    })
  }
}

/** Why there is no private network here; false where there is one. */
function privateSkipReason(privilege: Privilege): string | false {
  const path = process.env['PATH'] ?? ''
  const isInstalled = ['pasta', 'slirp4netns'].some((name) => findProgram(name, path) !== undefined)
  if (!isInstalled) return 'neither pasta nor slirp4netns is installed'
  const isOpen = existsSync('/dev/net/tun') && (statSync('/dev/net/tun').mode & 0o006) !== 0
  return privilege === 'root' || isOpen ? false : '/dev/net/tun is for root alone'
}

/** A port that was free just now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  assert.ok(typeof address === 'object' && address !== null)
  return address.port
}

function runsSomewhere(marker: string): boolean {
  return readdirSync('/proc').some((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(`# ${marker}`)
    } catch {
      return false
    }
  })
}
