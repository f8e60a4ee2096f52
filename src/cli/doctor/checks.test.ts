import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plainStyle } from '../../std/style.ts'
import type { CheckResult } from './check.ts'
import { checkMachine, fixOfFailure, leastFix } from './checks.ts'
import type { Machine, ProgramResult } from './machine.ts'
import { formatResults } from './print-results.ts'

const nowMs = Date.parse('2100-01-02T03:04:05Z')
const gibibyte = 1024 ** 3

interface FakeParts extends Partial<Machine> {
  readonly files?: Readonly<Record<string, string>>
  /** What is installed, with the permission bits of its file. */
  readonly programs?: Readonly<Record<string, number>>
  readonly answers?: Readonly<Record<string, ProgramResult>>
}

const everyProgram: Readonly<Record<string, number>> = {
  ...{
    unshare: 0o755,
    setpriv: 0o755,
    crun: 0o755,
    newuidmap: 0o4755,
    newgidmap: 0o4755,
    pasta: 0o755,
    modprobe: 0o755,
    'apt-get': 0o755,
  },
}
const usualFiles: Readonly<Record<string, string>> = {
  '/sys/fs/cgroup/cgroup.subtree_control': '',
  '/etc/subuid': 'ada:100000:65536\n',
  '/etc/subgid': 'ada:100000:65536\n',
  '/proc/filesystems': 'nodev\toverlay\n\terofs\n',
}

/** A machine on which all is well, but for what a test says. */
function fakeMachine(parts: FakeParts = {}): Machine {
  const { files = usualFiles, programs = everyProgram, answers = {}, ...rest } = parts
  const find = (name: string): string | undefined => (programs[name] === undefined ? undefined : `/usr/bin/${name}`)
  return {
    ...{ isRoot: false, userName: 'ada', userId: 1000, processor: 'x64', kernelRelease: '6.18.1', environment: {} },
    readFile: (path) => files[path],
    listDirectory: (path) => (path.endsWith('binfmt_misc') ? ['register', 'status', 'qemu-aarch64'] : []),
    isWritable: () => true,
    modeOf: (path) => (files[path] === undefined ? programs[path.replace('/usr/bin/', '')] : 0o644),
    modifiedMs: () => nowMs - 1000,
    freeBytes: () => 50 * gibibyte,
    isInMemory: () => false,
    findProgram: find,
    run: (program) =>
      find(program) === undefined ? undefined : (answers[program] ?? { status: 0, output: 'version 1.2.3' }),
    nowMs: () => nowMs,
    ...rest,
  }
}

function checkOf(name: string, parts: FakeParts): CheckResult {
  const found = checkMachine(fakeMachine(parts), '/store').find((result) => result.name === name)
  assert.ok(found !== undefined, name)
  return found
}

const refused: ProgramResult = { status: 1, output: 'unshare: unshare failed: Operation not permitted' }

describe('doctor', () => {
  test('finds nothing missing where all is there', () => {
    for (const isRoot of [true, false]) {
      const results = checkMachine(fakeMachine({ isRoot }), '/store')
      assert.deepEqual(
        results.filter(({ state }) => state === 'missing'),
        [],
      )
      assert.ok(results.every(({ stopsBuilds }) => !stopsBuilds))
    }
    assert.ok(checkMachine(fakeMachine({ isRoot: true }), '/store').every(({ state }) => state === 'ok'))
  })

  const causes: readonly (readonly [string, FakeParts, RegExp])[] = [
    [
      'user namespaces are at zero',
      { files: { '/proc/sys/user/max_user_namespaces': '0\n' } },
      /user\.max_user_namespaces=15000/,
    ],
    [
      "Debian's switch is off",
      { files: { '/proc/sys/kernel/unprivileged_userns_clone': '0\n' } },
      /unprivileged_userns_clone=1/,
    ],
    [
      'AppArmor restricts them',
      { files: { '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' } },
      /apparmor_restrict_unprivileged_userns=0/,
    ],
    [
      'it is a container of docker',
      { files: { '/.dockerenv': '' } },
      /--security-opt seccomp=unconfined --security-opt systempaths/,
    ],
    [
      'it is a container of podman',
      { files: { '/run/.containerenv': '' } },
      /^podman run --security-opt seccomp=unconfined/,
    ],
  ]
  for (const [cause, parts, fix] of causes) {
    test(`says what helps where ${cause}`, () => {
      const result = checkOf('user namespaces', { ...parts, answers: { unshare: refused } })
      assert.deepEqual([result.state, result.stopsBuilds], ['missing', true])
      assert.match(result.fix ?? '', fix)
      assert.match(leastFix('namespaces', fakeMachine(parts)) ?? '', fix)
    })
  }

  test('says which package is missing for namespaces', () => {
    for (const program of ['unshare', 'setpriv']) {
      const others = Object.entries(everyProgram).filter(([name]) => name !== program)
      const parts = { programs: Object.fromEntries(others) }
      const { finding, fix, stopsBuilds } = checkOf('user namespaces', parts)
      assert.match(finding, new RegExp(`${program} is not installed`))
      assert.deepEqual([fix, stopsBuilds], ['sudo apt-get install util-linux', true])
      assert.match(fixOfFailure('no-namespaces', fakeMachine(parts)) ?? '', /apt-get install util-linux$/)
    }
  })

  test('says of a build that failed what it would say', () => {
    const others = Object.entries(everyProgram).filter(([name]) => name !== 'crun' && name !== 'unshare')
    const without = { programs: Object.fromEntries(others) }
    const { finding, fix } = checkOf('runtime', without)
    assert.equal(fixOfFailure('no-sandbox', fakeMachine(without)), `runtime: ${finding}. fix: ${fix}`)
    const files = { ...usualFiles, '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n' }
    const restricted = fakeMachine({ files, answers: { unshare: refused } })
    assert.match(fixOfFailure('no-namespaces', restricted) ?? '', /apparmor_restrict_unprivileged_userns=0$/)
    assert.equal(fixOfFailure('no-sandbox', fakeMachine()), undefined)
    assert.equal(fixOfFailure('command-failed', fakeMachine(without)), undefined)
  })

  test('says what is needed for further IDs', () => {
    const none = checkOf('subordinate IDs', { files: {} })
    assert.match(none.fix ?? '', /usermod --add-subuids .* ada$/)
    const absent = checkOf('subordinate IDs', { programs: { ...everyProgram, newuidmap: 0o755 } })
    assert.equal(absent.fix, 'sudo chmod u+s /usr/bin/newuidmap')
    const others = Object.entries(everyProgram).filter(([name]) => name !== 'newuidmap')
    assert.equal(
      checkOf('subordinate IDs', { programs: Object.fromEntries(others) }).fix,
      'sudo apt-get install uidmap',
    )
    const capable = { getcap: { status: 0, output: '/usr/bin/newuidmap cap_setuid=ep' } }
    const programs = { ...everyProgram, newuidmap: 0o755, getcap: 0o755 }
    assert.equal(checkOf('subordinate IDs', { programs, answers: capable }).state, 'ok')
    assert.equal(none.stopsBuilds, false)
  })

  test('knows kernels that are too old', () => {
    assert.equal(checkOf('kernel', { kernelRelease: '5.4.0-generic' }).stopsBuilds, true)
    assert.equal(checkOf('kernel', { kernelRelease: '5.15.0' }).state, 'ok')
    assert.equal(checkOf('erofs', { isRoot: true, kernelRelease: '6.1.0-13-amd64' }).state, 'warning')
  })

  test('names the runtimes, and which one is asked for in vain', () => {
    const programs = { unshare: 0o755, dnf: 0o755 }
    assert.deepEqual(checkOf('runtime', { programs }).fix, 'sudo dnf install crun')
    assert.equal(checkOf('runtime', { environment: { WHERRY_RUNTIME: 'runc' } }).stopsBuilds, true)
    assert.equal(checkOf('runtime', { environment: { WHERRY_RUNTIME: 'crum' } }).fix, 'unset WHERRY_RUNTIME')
    assert.equal(checkOf('runtime', { programs: {} }).stopsBuilds, true)
  })

  test('names helpers of logins that are not there', () => {
    const config = JSON.stringify({ credsStore: 'desktop', credHelpers: { 'ghcr.io': 'pass' } })
    const files = { '/home/ada/.docker/config.json': config }
    const environment = { HOME: '/home/ada' }
    const result = checkOf('registry logins', { files, environment })
    assert.match(result.finding, /docker-credential-pass, docker-credential-desktop is not installed/)
    const programs = { ...everyProgram, 'docker-credential-pass': 0o755, 'docker-credential-desktop': 0o755 }
    assert.deepEqual(checkOf('registry logins', { files, environment, programs }).finding, 'ghcr.io')
    assert.equal(
      checkOf('registry logins', { files: { '/home/ada/.docker/config.json': '{' }, environment }).state,
      'missing',
    )
  })

  test('sees a full disk, a clock that is behind, and a device that cannot be opened', () => {
    assert.equal(checkOf('disk', { freeBytes: () => 2 * gibibyte }).state, 'warning')
    assert.equal(checkOf('disk', { freeBytes: () => gibibyte / 10 }).state, 'missing')
    assert.match(checkOf('disk', { isInMemory: () => true }).finding, /in memory$/)
    assert.equal(checkOf('clock', { nowMs: () => 0 }).state, 'missing')
    const isWritable = (path: string): boolean => path !== '/dev/net/tun'
    const files = { ...usualFiles, '/dev/net/tun': '' }
    assert.equal(checkOf('private networks', { isWritable, files }).fix, 'sudo chmod 666 /dev/net/tun')
    assert.equal(checkOf('other platforms', { listDirectory: () => [] }).state, 'missing')
  })

  test('says what keeps an overlay away', () => {
    const answers = { unshare: { status: 32, output: 'mount: merged: unknown filesystem type "overlay".' } }
    const result = checkOf('overlay', { answers, files: { '/proc/filesystems': '\text4\n' } })
    assert.deepEqual([result.fix, result.stopsBuilds], ['sudo modprobe overlay', true])
  })

  test('prints a line each, and below it what helps', () => {
    const text = formatResults(
      [
        { name: 'kernel', state: 'ok', finding: 'Linux 6', meaning: undefined, fix: undefined, stopsBuilds: false },
        {
          name: 'overlay',
          state: 'missing',
          finding: 'none',
          meaning: 'no',
          fix: 'modprobe overlay',
          stopsBuilds: true,
        },
      ],
      plainStyle,
    )
    const lines = [
      'ok       kernel   Linux 6',
      'missing  overlay  none',
      '                  no',
      '                  fix: modprobe overlay',
    ]
    assert.equal(text, `${lines.join('\n')}\n`)
  })
})
