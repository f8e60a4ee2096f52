import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import type { Job } from '../../std/job.ts'
import { systemErrorCode } from '../../std/errors.ts'
import { BaseError } from '../errors.ts'

/** Where programs are run: a root of its own, and what they see beside it. */
export interface RootSandbox {
  readonly root: string
  /** Seen as {@link packagesFolder}, read-only. */
  readonly packages: string
  /** SOURCE_DATE_EPOCH. */
  readonly dateSeconds: number
}

/** How a program ended. */
export interface RunResult {
  readonly status: number | null
  /** The end of what it said, both on standard output and standard error. */
  readonly output: string
}

/** Where programs see the packages. Nothing in /run gets into the image. */
export const packagesFolder = '/run/packages'

const systemPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const neededPrograms = ['chroot', 'mount', 'setpriv', 'sh', 'unshare'] as const
const outputCharactersMax = 64 * 1024

/**
 * What packages' scripts find: as in a chroot that debootstrap makes. Random numbers in the order of hashes of Perl and Python
 * would get into what they write.
 */
const environment = {
  ...{ PATH: systemPath, HOME: '/root', USER: 'root', LOGNAME: 'root', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
  ...{ DEBIAN_FRONTEND: 'noninteractive', DEBCONF_NONINTERACTIVE_SEEN: 'true' },
  ...{ PERL_HASH_SEED: '0', PYTHONHASHSEED: '0', PYTHONDONTWRITEBYTECODE: '1' },
}

/** Mounts what a system needs, in namespaces of its own, and becomes the program. $1 is the root, $2 the packages. */
const prepare = `set -e
umask 022
root=$1 packages=$2
shift 2
mkdir -p "$root/proc" "$root/dev" "$root/run" "$root/tmp"
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
(echo localhost > "$root/proc/sys/kernel/hostname") 2> /dev/null || :
mount -t tmpfs -o nosuid,mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : > "$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
mkdir -m 755 "$root/dev/pts"
mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=0620 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
mkdir -m 1777 "$root/dev/shm"
mount -t tmpfs -o nosuid,nodev,mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o nosuid,nodev,mode=755 tmpfs "$root/run"
mkdir -m 1777 "$root/run/lock"
mkdir "$root${packagesFolder}"
mount --bind "$packages" "$root${packagesFolder}"
mount -o remount,bind,ro "$root${packagesFolder}"
exec chroot "$root" "$@"
`

/**
 * Checks that programs can be run in a root of their own.
 *
 * @param uid of this process; undefined where there are none, as on Windows.
 * @throws BaseError `not-possible-here`
 */
export function checkRootSandbox(recipe: string, uid = process.getuid?.()): void {
  const isLinux = process.platform === 'linux'
  if (!isLinux || uid !== 0) {
    const why = isLinux ? 'which takes root' : 'which can be done on Linux only'
    throw new BaseError('not-possible-here', `the recipe ${recipe} runs the scripts of its packages, ${why}`, {
      hint: 'Run this as root on Linux. Recipes that run no scripts, such as base and cc, need neither.',
    })
  }
  const missing = neededPrograms.filter((name) => !isInstalled(name))
  if (missing.length === 0) return
  throw new BaseError('not-possible-here', `packages' scripts cannot be run without ${missing.join(', ')}`, {
    hint: 'Install the packages util-linux and coreutils.',
  })
}

function isInstalled(name: string): boolean {
  return systemPath.split(':').some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/**
 * Runs a program as root in a root of its own, to its end: it sees no process and no network of the machine, and its mounts are
 * nobody else's. It ends with this process, however this one ends, and its mounts with it.
 *
 * @throws BaseError `not-possible-here` where no namespaces can be made or mounts be done; the reason of `job.signal`
 */
export async function runInRoot(sandbox: RootSandbox, command: readonly string[], job: Job): Promise<RunResult> {
  job.signal.throwIfAborted()
  const { spawn } = process.getBuiltinModule('node:child_process')
  const namespaces = ['--mount', '--pid', '--fork', '--kill-child=KILL', '--uts', '--ipc', '--net']
  const marker = 'wherry-prepared'
  const inside = ['/bin/sh', '-c', `echo ${marker}; exec "$@"`, 'sh', ...command]
  const script = ['sh', '-c', prepare, 'sh', sandbox.root, sandbox.packages, ...inside]
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'unshare', ...namespaces, ...script], {
    env: { ...environment, SOURCE_DATE_EPOCH: String(sandbox.dateSeconds) },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal: job.signal,
    killSignal: 'SIGKILL',
  })
  let [output, isPrepared] = ['', false]
  const add = (chunk: string): void => {
    isPrepared ||= chunk.includes(marker)
    output = `${output}${chunk}`.slice(-outputCharactersMax)
  }
  child.stdout.setEncoding('utf8').on('data', add)
  child.stderr.setEncoding('utf8').on('data', add)
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  }).catch((error: unknown) => {
    job.signal.throwIfAborted()
    throw notPossible(systemErrorCode(error) ?? 'it cannot be started', error)
  })
  if (!isPrepared) throw notPossible(output.trim())
  return { status, output: output.replace(`${marker}\n`, '') }
}

function notPossible(why: string, cause?: unknown): BaseError {
  const isForeign = /exec format error/i.test(why)
  const hint = isForeign
    ? 'Install qemu-user-static and binfmt-support, or build it on a machine of that architecture.'
    : 'It takes the rights to mount and to make namespaces: in a container these are CAP_SYS_ADMIN and no seccomp filter.'
  return new BaseError('not-possible-here', `packages' scripts cannot be run here: ${why}`, { cause, hint })
}
