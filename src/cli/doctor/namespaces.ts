import { missing, ok, stopping, warning, type CheckResult } from './check.ts'
import type { Machine } from './machine.ts'

const rootNamespaces = ['--mount', '--pid', '--fork', '--mount-proc'] as const

/** The arguments of unshare(1) for what runs in a build. */
export function namespaceWords({ isRoot }: Machine): readonly string[] {
  return isRoot ? rootNamespaces : ['--user', '--map-root-user', ...rootNamespaces]
}

/** Whether there can be namespaces, and what keeps them away. */
export function checkNamespaces(machine: Machine): CheckResult {
  const name = machine.isRoot ? 'namespaces' : 'user namespaces'
  const result = machine.run('unshare', ...namespaceWords(machine), 'true')
  if (result?.status === 0 && machine.findProgram('setpriv') === undefined) {
    const fix = installCommand(machine, 'util-linux')
    return stopping(name, 'setpriv is not installed', 'no RUN step and no container can run', fix)
  }
  if (result?.status === 0) return ok(name, 'can be made')
  const why = result === undefined ? 'unshare is not installed' : result.output
  return stopping(name, `cannot be made: ${why}`, 'no RUN step and no container can run', namespaceFix(machine))
}

/** The least that lets this user make namespaces; undefined where nothing that is known is in the way. */
export function namespaceFix(machine: Machine): string | undefined {
  const setting = (path: string): string | undefined => machine.readFile(`/proc/sys/${path}`)?.trim()
  if (machine.findProgram('unshare') === undefined) return installCommand(machine, 'util-linux')
  if (setting('user/max_user_namespaces') === '0') return 'sudo sysctl -w user.max_user_namespaces=15000'
  if (isInContainer(machine)) return containerFix(machine)
  if (machine.isRoot) return undefined
  if (setting('kernel/unprivileged_userns_clone') === '0') return 'sudo sysctl -w kernel.unprivileged_userns_clone=1'
  if (setting('kernel/apparmor_restrict_unprivileged_userns') === '1') {
    return 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'
  }
  return undefined
}

function isInContainer(machine: Machine): boolean {
  const files = ['/.dockerenv', '/run/.containerenv']
  return files.some((path) => machine.modeOf(path) !== undefined)
}

/** A container's filter refuses new namespaces, and its covered /proc refuses a new one. */
function containerFix(machine: Machine): string {
  const isPodman = machine.modeOf('/run/.containerenv') !== undefined
  const options = ['seccomp=unconfined', isPodman ? 'unmask=ALL' : 'systempaths=unconfined', 'apparmor=unconfined']
  const [program, ...words] = [
    isPodman ? 'podman' : 'docker',
    'run',
    ...options.map((each) => `--security-opt ${each}`),
  ]
  return `${[program, ...words].join(' ')} …, for the container that this runs in`
}

/** Whether the user has further IDs, and may use them: subuid(5), newuidmap(1). */
export function checkSubordinateIds(machine: Machine): CheckResult {
  const name = 'subordinate IDs'
  if (machine.isRoot) return ok(name, 'root needs none')
  const meaning = 'containers have one user alone: apt-get, chown and USER fail in RUN steps'
  for (const program of ['newuidmap', 'newgidmap']) {
    const file = machine.findProgram(program)
    if (file === undefined)
      return missing(name, `${program} is not installed`, meaning, installCommand(machine, 'uidmap'))
    if (!mayChangeIds(machine, file)) {
      return missing(name, `${file} has lost its right to set IDs`, meaning, `sudo chmod u+s ${file}`)
    }
  }
  const counts = ['/etc/subuid', '/etc/subgid'].map((path) => countIds(machine, path))
  const least = Math.min(...counts)
  const fix = `sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 ${machine.userName}`
  if (least === 0) return missing(name, `${machine.userName} has none in /etc/subuid or /etc/subgid`, meaning, fix)
  if (least < 65_536) return warning(name, `${least} of them`, 'users of images with higher IDs cannot be had', fix)
  return ok(name, `${least} of them`)
}

/** By the set-user-ID bit, or by file capabilities. */
function mayChangeIds(machine: Machine, file: string): boolean {
  if (((machine.modeOf(file) ?? 0) & 0o4000) !== 0) return true
  return machine.run('getcap', file)?.output.includes('cap_set') === true
}

function countIds(machine: Machine, path: string): number {
  const lines = (machine.readFile(path) ?? '').split('\n').map((line) => line.split(':'))
  const own = lines.filter(([name]) => name === machine.userName || name === String(machine.userId))
  return own.reduce((sum, [, , count]) => sum + (Number(count) || 0), 0)
}

const installers = [
  { program: 'apt-get', words: 'apt-get install' },
  { program: 'dnf', words: 'dnf install' },
  { program: 'zypper', words: 'zypper install' },
  { program: 'pacman', words: 'pacman -S' },
  { program: 'apk', words: 'apk add' },
] as const

/** Packages that another distribution names otherwise than Debian. */
const otherNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  uidmap: { dnf: 'shadow-utils', zypper: 'shadow', pacman: 'shadow', apk: 'shadow-uidmap' },
  'qemu-user-static': { pacman: 'qemu-user-static-binfmt', zypper: 'qemu-linux-user', apk: 'qemu-openrc' },
}

/** How a package is installed here; named as Debian names it. */
export function installCommand(machine: Machine, name: string): string {
  const installer = installers.find(({ program }) => machine.findProgram(program) !== undefined)
  if (installer === undefined) return `install the package ${name}`
  const sudo = machine.isRoot ? '' : 'sudo '
  return `${sudo}${installer.words} ${otherNames[name]?.[installer.program] ?? name}`
}
