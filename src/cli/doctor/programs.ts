import { runtimeNames } from '../../sandbox/find-runtime.ts'
import { missing, ok, stopping, warning, type CheckResult } from './check.ts'
import type { Machine } from './machine.ts'
import { installCommand } from './namespaces.ts'

const programsOfRuntimes = { crun: 'crun', runc: 'runc', 'util-linux': 'unshare' } as const

/** What runs processes in containers. */
export function checkRuntimes(machine: Machine): CheckResult {
  const name = 'runtime'
  const found = runtimeNames.flatMap((runtime) => {
    const version = machine.run(programsOfRuntimes[runtime], '--version')
    return version?.status === 0 ? [{ runtime, version: /\d+(?:\.\d+)+/.exec(version.output)?.[0] ?? '' }] : []
  })
  const install = installCommand(machine, 'crun')
  const asked = machine.environment['WHERRY_RUNTIME'] ?? ''
  if (asked !== '' && !found.some(({ runtime }) => runtime === asked)) {
    const fix = runtimeNames.some((each) => each === asked) ? installCommand(machine, asked) : 'unset WHERRY_RUNTIME'
    return stopping(name, `WHERRY_RUNTIME asks for ${asked}, which is not there`, 'nothing can run', fix)
  }
  const [first] = found
  if (first === undefined) return stopping(name, 'none is installed', 'no RUN step and no container can run', install)
  const finding = found.map(({ runtime, version }) => `${runtime} ${version}`).join(', ')
  if (first.runtime !== 'util-linux') return ok(name, finding)
  return warning(name, finding, 'each RUN step starts slower than with crun', install)
}

/** What connects private networks to the world. */
export function checkNetwork(machine: Machine): CheckResult {
  const name = 'private networks'
  const meaning = 'containers have the network of the host, or none'
  const found = ['pasta', 'slirp4netns'].filter((program) => machine.findProgram(program) !== undefined)
  if (found.length === 0)
    return missing(name, 'neither pasta nor slirp4netns is installed', meaning, installCommand(machine, 'passt'))
  if (machine.isRoot || machine.isWritable('/dev/net/tun')) return ok(name, `by ${found.join(', ')}`)
  const device = machine.modeOf('/dev/net/tun') === undefined ? 'sudo modprobe tun' : 'sudo chmod 666 /dev/net/tun'
  return missing(name, '/dev/net/tun cannot be opened', meaning, device)
}

/** Names of processors as emulators have them, with their names in platforms. */
const emulated: Readonly<Record<string, string>> = {
  aarch64: 'arm64',
  arm: 'arm',
  i386: '386',
  ppc64le: 'ppc64le',
  riscv64: 'riscv64',
  s390x: 's390x',
  x86_64: 'amd64',
}

/** Whether programs of other processors run here: binfmt_misc. */
export function checkEmulators(machine: Machine): CheckResult {
  const name = 'other platforms'
  const names = machine.listDirectory('/proc/sys/fs/binfmt_misc')
  const platforms = Object.entries(emulated).flatMap(([emulator, platform]) =>
    names.includes(`qemu-${emulator}`) ? [platform] : [],
  )
  if (platforms.length > 0) return ok(name, platforms.join(', '))
  const fix = installCommand(machine, 'qemu-user-static')
  return missing(name, 'no emulator is registered', 'RUN steps work for the platform of this machine alone', fix)
}
