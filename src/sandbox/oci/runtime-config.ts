import type { OpenCgroup } from '../cgroups/open-cgroup.ts'
import { SandboxError } from '../errors.ts'
import { memoryOptions } from '../files/memory-options.ts'
import { sharedMemorySize } from '../files/shared-memory.ts'
import { findProgram } from '../find-runtime.ts'
import type { ProcessSpec, SandboxMount } from '../process-spec.ts'
import { grantedCapabilities } from '../root/granted-capabilities.ts'
import { hiddenPaths, hostDevices, usualDevices } from '../root/hidden-paths.ts'
import type { UserNamespace } from '../root/user-namespace.ts'
import { compileFilter } from '../seccomp/filter.ts'
import { seccompConfig } from './seccomp-config.ts'

declare global {
  interface JSON {
    /** ECMAScript's "JSON.parse source text access"; TypeScript does not know it yet. */
    rawJSON(text: string): unknown
  }
}

/** All that a config.json is made from. */
export interface RuntimeConfigParts {
  readonly spec: ProcessSpec
  readonly rootfs: string
  /** As `prepareRoot` gives them. */
  readonly mounts: readonly SandboxMount[]
  readonly userNamespace: UserNamespace
  /** The file of a network namespace that is there already. */
  readonly networkNamespace: string | undefined
  readonly cgroup: OpenCgroup | undefined
  /** The host's `PATH`. */
  readonly searchPath: string
}

const umask = 0o022
/** ip-sysctl.rst of the kernel: of a network namespace. */
const unprivilegedPortSetting = 'net.ipv4.ip_unprivileged_port_start'
const hardware = ['nosuid', 'noexec', 'nodev'] as const

/** The config.json of one process: OCI runtime-spec 1.0, config.md and config-linux.md. */
export function runtimeConfig(parts: RuntimeConfigParts, runtime: 'crun' | 'runc'): object {
  const { spec, rootfs } = parts
  const capabilities = grantedCapabilities(spec)
  const names = [...capabilities]
  // crun takes the filter as it is, and need not make it anew each time. Who does not know the annotation makes it from `seccomp`.
  const filter = spec.isPrivileged ? undefined : compileFilter(capabilities, process.arch)
  const additionalGids = parts.userNamespace.allowsGroups ? spec.user.additionalGids : []
  return {
    ociVersion: '1.0.2',
    process: {
      terminal: spec.terminal !== undefined,
      ...(spec.terminal === undefined
        ? {}
        : { consoleSize: { height: spec.terminal.rows, width: spec.terminal.columns } }),
      user: { uid: spec.user.uid, gid: spec.user.gid, umask, additionalGids },
      args: spec.arguments,
      env: [...spec.environment].map(([name, value]) => `${name}=${value}`),
      cwd: spec.workingDirectory,
      capabilities: { bounding: names, effective: names, permitted: names, inheritable: [], ambient: [] },
      noNewPrivileges: false,
      rlimits: spec.limits.ulimits.map(({ name, soft, hard }) => ({
        type: `RLIMIT_${name.toUpperCase()}`,
        soft: ulimitNumber(soft),
        hard: ulimitNumber(hard),
      })),
    },
    root: { path: rootfs, readonly: spec.isRootReadOnly },
    hostname: spec.hostname,
    ...(filter === undefined
      ? {}
      : { annotations: { 'run.oci.seccomp_bpf_data': Buffer.from(filter).toString('base64') } }),
    mounts: [...systemMounts(parts), ...parts.mounts.map((each) => mountConfig(each, spec.isPrivileged))],
    ...(runtime === 'crun' && protectsDevices(parts) ? { hooks: withoutDevices(parts) } : {}),
    linux: linuxConfig(parts, capabilities),
  }
}

/** No limit is a number that only has its full length as text. */
function ulimitNumber(value: number): unknown {
  return value === Infinity ? JSON.rawJSON('18446744073709551615') : value
}

function linuxConfig(parts: RuntimeConfigParts, capabilities: ReadonlySet<string>): object {
  const { spec, cgroup, networkNamespace } = parts
  const network = networkNamespace === undefined ? { type: 'network' } : { type: 'network', path: networkNamespace }
  const seccomp = spec.isPrivileged ? undefined : seccompConfig(capabilities)
  return {
    namespaces: [
      ...['pid', 'ipc', 'uts', 'mount', 'cgroup'].map((type) => ({ type })),
      ...(spec.network === 'host' ? [] : [network]),
    ],
    // As Docker has it: whoever the process is, it may listen on port 80.
    ...(spec.network === 'host' ? {} : { sysctl: { [unprivilegedPortSetting]: '0' } }),
    rootfsPropagation: 'rprivate',
    maskedPaths: spec.isPrivileged ? [] : hiddenPaths.masked,
    readonlyPaths: spec.isPrivileged ? [] : hiddenPaths.readOnly,
    ...(seccomp === undefined ? {} : { seccomp }),
    ...(cgroup === undefined || cgroup.directories.length > 0
      ? {}
      : { cgroupsPath: cgroup.path, resources: resourcesConfig(spec) }),
  }
}

const cpuPeriodMicroseconds = 100_000

function resourcesConfig({ limits: { memoryBytes, cpus } }: ProcessSpec): object {
  return {
    ...(memoryBytes === undefined ? {} : { memory: { limit: memoryBytes } }),
    ...(cpus === undefined
      ? {}
      : { cpu: { period: cpuPeriodMicroseconds, quota: Math.round(cpus * cpuPeriodMicroseconds) } }),
  }
}

/** What Linux programs expect, as Docker mounts it. */
function systemMounts(parts: RuntimeConfigParts): readonly object[] {
  const { spec, userNamespace } = parts
  const terminalGroup = userNamespace.hasGid(5) ? ['gid=5'] : []
  const access = spec.isPrivileged ? 'rw' : 'ro'
  // A runtime makes device files of its own there: these are in their places already.
  const noDevices = protectsDevices(parts) ? ['nodev'] : []
  return [
    mount('/proc', 'proc', 'proc', hardware),
    mount('/dev', 'tmpfs', 'tmpfs', ['nosuid', 'strictatime', 'mode=755', 'size=65536k', ...noDevices]),
    mount('/dev/pts', 'devpts', 'devpts', [
      ...['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
      ...terminalGroup,
    ]),
    mount('/dev/shm', 'tmpfs', 'shm', [...hardware, 'mode=1777', `size=${sharedMemorySize(spec)}`]),
    mount('/dev/mqueue', 'mqueue', 'mqueue', hardware),
    // Whoever does not own the network namespace may not mount a sysfs of it.
    !userNamespace.isInitial && spec.network === 'host'
      ? mount('/sys', 'none', '/sys', ['rbind', 'rslave', ...hardware, access])
      : mount('/sys', 'sysfs', 'sysfs', [...hardware, access]),
    ...(spec.isPrivileged ? hostDevices().map((name) => deviceMount(name, 'rw')) : []),
    ...(protectsDevices(parts) ? usualDevices.map((name) => deviceMount(name, 'ro')) : []),
  ]
}

/** Read-only, one can write to the device still, but not change who owns the machine's file of it, or its mode. */
function deviceMount(name: string, access: 'ro' | 'rw'): object {
  return mount(`/dev/${name}`, 'bind', `/dev/${name}`, ['bind', 'rprivate', 'nosuid', 'noexec', access])
}

function mountConfig(each: SandboxMount, isPrivileged: boolean): object {
  if (each.kind === 'bind') {
    const noDevices = isPrivileged ? [] : ['nodev']
    return mount(each.target, 'bind', each.source, ['rbind', 'rprivate', each.isReadOnly ? 'ro' : 'rw', ...noDevices])
  }
  const options = Object.entries(memoryOptions(each)).map(([name, value]) => `${name}=${value}`)
  const flags = [...(each.isReadOnly === true ? ['ro'] : []), ...(each.forbidsPrograms === true ? ['noexec'] : [])]
  return mount(each.target, 'tmpfs', 'tmpfs', ['nosuid', 'nodev', ...flags, ...options])
}

/**
 * Root may make device files, and an image may have some; whoever can open one has the machine's disks. There is no cgroup that forbids
 * it, so no mount of a container allows it. The kernel itself sees to that in user namespaces.
 */
export function protectsDevices({ spec, userNamespace }: RuntimeConfigParts): boolean {
  return !spec.isPrivileged && userNamespace.isInitial
}

/** The root is mounted in that way, but crun mounts it anew and forgets. */
function withoutDevices({ rootfs, searchPath }: RuntimeConfigParts): object {
  const [shell, remount] = ['sh', 'mount'].map((name) => findProgram(name, searchPath))
  if (shell === undefined || remount === undefined) {
    throw new SandboxError('no-sandbox', 'the programs mount(8) and sh(1) are not installed')
  }
  // A runtime writes its state to a hook's input, and fails where nobody has read it. It is short: a program that reads it takes longer to start.
  const script = 'while read -r _; do :; done; exec "$@"'
  const words = ['sh', '-c', script, 'sh', remount, '--no-mtab', '--options', 'remount,bind,nodev', rootfs]
  return { createContainer: [{ path: shell, args: words }] }
}

function mount(destination: string, type: string, source: string, options: readonly string[]): object {
  return { destination, type, source, options }
}
