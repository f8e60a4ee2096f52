import { ok, stopping, warning, type CheckResult } from './check.ts'
import type { Machine } from './machine.ts'
import { namespaceFix, namespaceWords } from './namespaces.ts'

/** The version that brought what wherry cannot do without: openat2(2) came with 5.6, mount_setattr(2) with 5.12. */
const leastKernel = [5, 12] as const
/** EROFS from files, without a loop device. */
const erofsKernel = [6, 12] as const

export function checkKernel(machine: Machine): CheckResult {
  const finding = `Linux ${machine.kernelRelease}`
  if (isAtLeast(machine, leastKernel)) return ok('kernel', finding)
  const meaning = `Linux ${leastKernel.join('.')} or newer is needed to run anything in a container`
  return stopping('kernel', finding, meaning, 'install a newer kernel')
}

function isAtLeast({ kernelRelease }: Machine, [major, minor]: readonly [number, number]): boolean {
  const [, first, second] = /^(\d+)\.(\d+)/.exec(kernelRelease) ?? []
  return Number(first) > major || (Number(first) === major && Number(second) >= minor)
}

/** In memory, so that nothing is left and no disk is asked. */
const overlayScript = `mount -t tmpfs none /tmp && cd /tmp && mkdir lower upper work merged &&
mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work merged`

/** Whether an overlay can be mounted by this user. */
export function checkOverlay(machine: Machine): CheckResult {
  const name = 'overlay'
  const result = machine.run('unshare', ...namespaceWords(machine), 'sh', '-c', overlayScript)
  if (result?.status === 0) return ok(name, 'can be mounted')
  const why = result?.output.split('\n').at(-1) ?? 'unshare is not installed'
  return stopping(name, `cannot be mounted: ${why}`, 'no root file system can be put together', mountFix(machine))
}

/** The least that lets this user mount what a build needs; undefined where nothing that is known is in the way. */
export function mountFix(machine: Machine): string | undefined {
  const fix = namespaceFix(machine)
  if (fix !== undefined) return fix
  const isKnown = /\boverlay$/m.test(machine.readFile('/proc/filesystems') ?? '')
  return isKnown ? undefined : `${machine.isRoot ? '' : 'sudo '}modprobe overlay`
}

/** Whether layers can be mounted as they are. */
export function checkErofs(machine: Machine): CheckResult {
  const name = 'erofs'
  const meaning = 'each layer is unpacked once before something runs on it, and takes its room twice'
  if (!machine.isRoot) return warning(name, 'is for root alone', meaning)
  if (!isAtLeast(machine, erofsKernel)) {
    return warning(
      name,
      `Linux ${erofsKernel.join('.')} or newer mounts it from files`,
      meaning,
      'install a newer kernel',
    )
  }
  const isKnown = /\berofs$/m.test(machine.readFile('/proc/filesystems') ?? '')
  const isModule = machine.run('modprobe', '--dry-run', 'erofs')?.status === 0
  return isKnown || isModule
    ? ok(name, 'is mounted from files')
    : warning(name, 'is not in this kernel', meaning, 'modprobe erofs')
}

/** Whether `--memory` and `--cpus` can be kept. */
export function checkCgroups(machine: Machine): CheckResult {
  const name = 'cgroups'
  const meaning = '--memory and --cpus of a container are not kept'
  if (!machine.isRoot) return warning(name, 'are set by root alone', meaning)
  const roots = ['/sys/fs/cgroup/cgroup.subtree_control', '/sys/fs/cgroup/memory']
  const root = roots.find((path) => machine.modeOf(path) !== undefined)
  if (root === undefined) return warning(name, 'are not mounted at /sys/fs/cgroup', meaning)
  return machine.isWritable(root) ? ok(name, 'can be made') : warning(name, `${root} cannot be written to`, meaning)
}
