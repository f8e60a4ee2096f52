import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { SandboxError } from '../errors.ts'
import type { ProcessSpec, SandboxMount } from '../process-spec.ts'
import { findPlace, makeMountPoint } from '../root/mount-points.ts'
import { hostsFile, resolverFile } from './network-files.ts'

/** What is mounted into a root, in this order; all targets are made and free of links unless they lie in another mount. */
export interface PreparedRoot {
  readonly mounts: readonly SandboxMount[]
  /** As {@link RunningProcess.mountPoints} has it. */
  readonly mountPoints: readonly string[]
}

const systemDirectories = ['/proc', '/sys', '/dev'] as const

/** Where the host's resolvers are when /etc/resolv.conf names only systemd's own, which is on the loopback. */
const systemdResolverFile = '/run/systemd/resolve/resolv.conf'

/**
 * Makes the places in a root where things are mounted, its working directory, and the files that each process has of its own.
 *
 * @param scratch a directory of this process' own.
 * @param resolver asked where the host's own resolvers cannot be reached.
 * @throws SandboxError `cannot-start`
 */
export function prepareRoot(
  spec: ProcessSpec,
  rootfs: string,
  scratch: string,
  resolver: string | undefined,
): PreparedRoot {
  const made: string[] = []
  for (const path of systemDirectories) {
    const point = makeMountPoint(rootfs, path, 'directory')
    if (point.path !== path) throw cannotMount(path, 'in the image it is a link')
    made.push(...point.made)
  }
  const files = ownFiles(spec, scratch, resolver)
  const mounts: SandboxMount[] = []
  for (const each of [...files, ...spec.mounts]) {
    const mount = { ...each, target: posix.resolve('/', each.target) }
    const around = [...systemDirectories, ...mounts.map(({ target }) => target)]
    if (isInside(mount.target, around)) {
      checkTarget(mount.target)
      mounts.push(mount)
      continue
    }
    const point = makeMountPoint(rootfs, mount.target, kindOf(mount), modeOf(mount))
    checkTarget(point.path)
    made.push(...point.made)
    mounts.push({ ...mount, target: point.path })
  }
  const places = [...systemDirectories, ...mounts.map(({ target }) => target)]
  makeWorkingDirectory(spec.workingDirectory, rootfs, places)
  return { mounts: withoutShadowed(mounts), mountPoints: [...new Set(made)] }
}

/** The links of /dev, which the runtimes make, lead to /proc as well. */
const intoProcesses = /^\/(?:proc|dev\/(?:fd|stdin|stdout|stderr))(?:\/|$)/

/** Under /proc there are ways to what this process has open (CVE-2024-21626), also through a link. */
function makeWorkingDirectory(path: string, rootfs: string, places: readonly string[]): void {
  if (!path.startsWith('/')) throw new SandboxError('cannot-start', `the working directory ${path} is not absolute`)
  const plain = posix.resolve('/', path)
  const isElsewhere = isInside(plain, places)
  const reached = isElsewhere ? plain : findPlace(rootfs, plain)
  if (intoProcesses.test(reached)) {
    throw new SandboxError('cannot-start', `${path} cannot be the working directory: it leads into /proc`)
  }
  if (!isElsewhere) makeMountPoint(rootfs, plain, 'directory')
}

/** A user's own mount of such a file, or of the directory around it, counts more. */
function withoutShadowed(mounts: readonly SandboxMount[]): readonly SandboxMount[] {
  return mounts.filter(({ target }, index) => !mounts.some((later, at) => at > index && later.target === target))
}

function ownFiles(spec: ProcessSpec, scratch: string, resolver: string | undefined): readonly SandboxMount[] {
  mkdirSync(scratch, { recursive: true, mode: 0o755 })
  const resolvers = readHostFile('/etc/resolv.conf')
  const isShared = spec.network === 'host'
  const reachable =
    !isShared && /^nameserver\s+127\.0\.0\.53\b/m.test(resolvers) ? readHostFile(systemdResolverFile) : ''
  const contents = {
    hosts: hostsFile(spec, readHostFile('/etc/hosts')),
    'resolv.conf': resolverFile(reachable === '' ? resolvers : reachable, spec.network, resolver),
    hostname: `${spec.hostname}\n`,
  }
  return Object.entries(contents).map(([name, content]) => {
    const source = join(scratch, name)
    writeFileSync(source, content, { mode: 0o644 })
    return { kind: 'bind', source, target: `/etc/${name}`, isReadOnly: spec.isRootReadOnly }
  })
}

function readHostFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function kindOf(mount: SandboxMount): 'directory' | 'file' {
  if (mount.kind === 'tmpfs') return 'directory'
  try {
    return statSync(mount.source).isDirectory() ? 'directory' : 'file'
  } catch (error) {
    throw new SandboxError('cannot-start', `${mount.source} cannot be mounted at ${mount.target}`, { cause: error })
  }
}

/** runc gives memory the mode of the directory that it is mounted at. */
function modeOf(mount: SandboxMount): number | undefined {
  return mount.kind === 'tmpfs' ? (mount.mode ?? 0o1777) : undefined
}

/** Whether a path lies in one of these. */
function isInside(path: string, directories: readonly string[]): boolean {
  return directories.some((directory) => path.startsWith(`${directory}/`))
}

/** Over these nothing may be mounted: the runtimes protect the machine by what they mount there. */
function checkTarget(path: string): void {
  if (path === '/' || path === '/dev' || path === '/sys') throw cannotMount(path, 'the process needs its own')
  if (path === '/proc' || path.startsWith('/proc/'))
    throw cannotMount(path, 'it would be a way around what is hidden there')
}

function cannotMount(path: string, why: string): SandboxError {
  return new SandboxError('cannot-start', `nothing can be mounted at ${path}: ${why}`)
}
