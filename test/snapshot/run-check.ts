import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, readFileSync, writeFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '../../src/std/temporary.ts'
import type { Way } from './place.ts'

const program = fileURLToPath(new URL('./check-process.ts', import.meta.url))
const isRoot = process.getuid?.() === 0

/** The ids of a user namespace that a test makes as root: nobody's. */
const firstId = 200_000
const idCount = 65_536

/** Why checks of a way cannot run here; false where they can. */
export function skipReason(way: Way): string | false {
  if (way === 'rootless') return isRoot ? rootlessSkipReason() : 'its user namespace is made by root'
  if (!isRoot) return 'mounts take root'
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0) return 'this root may not have mounts of its own'
  return way === 'erofs' && !hasErofs() ? 'this kernel does not mount EROFS from files' : false
}

/** Linux has it since 6.12, as a module that may not be loaded yet. */
function hasErofs(): boolean {
  spawnSync('modprobe', ['erofs'])
  const [major = 0, minor = 0] = readFileSync('/proc/sys/kernel/osrelease', 'utf8').split('.').map(Number)
  return readFileSync('/proc/filesystems', 'utf8').includes('\terofs') && (major > 6 || (major === 6 && minor >= 12))
}

function rootlessSkipReason(): string | false {
  const asNobody = ['--reuid', String(firstId), '--regid', String(firstId), '--clear-groups', '--']
  if (spawnSync('setpriv', [...asNobody, 'test', '-r', program]).status !== 0) {
    return 'other users cannot read this folder'
  }
  const mayUnshare = spawnSync('setpriv', [...asNobody, 'unshare', '--user', '--mount', 'true']).status === 0
  return mayUnshare ? false : 'users may not have namespaces here'
}

const timeLimitMs = 120_000

/** Runs a check in a process that may mount, in a folder of its own. */
export async function runCheck(
  way: Way,
  check: string,
): Promise<{ readonly status: number | null; readonly output: string }> {
  await using folder = await temporaryDirectory()
  const node = [process.execPath, program, way, check, folder.path]
  const command =
    way === 'rootless' ? inUserNamespace(folder.path, node) : ['unshare', '--mount', '--kill-child', ...node]
  const [name = '', ...words] = command
  const child = spawn(name, words, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeLimitMs, killSignal: 'SIGKILL' })
  const ended = once(child, 'close')
  const stderr = text(child.stderr)
  // It tells by its first bytes that it is in its user namespace, and waits until it has ids there.
  if (way === 'rootless') {
    child.stdout.once('data', () => {
      giveIds(child.pid)
      child.stdin.end('go\n')
    })
  } else child.stdin.end()
  const stdout = text(child.stdout)
  await ended
  return { status: child.exitCode, output: `${await stdout}${await stderr}`.slice(-20_000) }
}

function inUserNamespace(folder: string, node: readonly string[]): readonly string[] {
  chownSync(folder, firstId, firstId)
  chmodSync(folder, 0o700)
  const wait = 'echo ready; read answer; exec setpriv --reuid=0 --regid=0 --clear-groups -- "$@"'
  const asOwner = ['setpriv', `--reuid=${firstId}`, `--regid=${firstId}`, '--clear-groups', '--']
  return [...asOwner, 'unshare', '--user', '--mount', 'sh', '-c', wait, 'sh', ...node]
}

/** unshare(1) becomes what it starts, so its process is the one in the namespace. */
function giveIds(pid: number | undefined): void {
  for (const kind of ['uid', 'gid']) writeFileSync(`/proc/${pid}/${kind}_map`, `0 ${firstId} ${idCount}`)
}
