import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { findProgram, wholeSearchPath } from '../../sandbox/find-runtime.ts'
import { ContainerError } from '../errors.ts'

/** How the namespaces of the containers are made. */
export interface NamespaceForm {
  /** `root`: those of the machine's root. `ranges`: a user namespace with further IDs. `single`: one in which there is one user alone. */
  readonly kind: 'root' | 'ranges' | 'single'
  /** The arguments of unshare(1). */
  readonly unshare: readonly string[]
}

/** Mounts of their own, that end with them; processes that end with the first one. */
const own = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child=KILL', '--mount-proc']
const forms = {
  root: { kind: 'root', unshare: own },
  ranges: { kind: 'ranges', unshare: ['--user', '--map-auto', '--map-root-user', ...own] },
  single: { kind: 'single', unshare: ['--user', '--map-root-user', ...own] },
} as const satisfies Readonly<Record<string, NamespaceForm>>

/**
 * Which namespaces this process can have: the machine's root has its own, everybody else a user namespace with the IDs that
 * `/etc/subuid` and `/etc/subgid` give them, or with their own alone (user_namespaces(7), subuid(5)).
 */
export function chooseNamespaces(): NamespaceForm {
  for (const program of ['unshare', 'setpriv']) {
    if (findProgram(program, process.env['PATH'] ?? '') !== undefined) continue
    throw new ContainerError('no-namespaces', `no namespaces can be made here: ${program}(1) is not installed`, {
      hint: 'Install the package util-linux.',
    })
  }
  if (process.getuid?.() === 0 && (mayUnshare() || canUnshare(forms.root))) return forms.root
  if (hasRanges() && canUnshare(forms.ranges)) return forms.ranges
  const single = tryUnshare(forms.single)
  if (single === undefined) return forms.single
  throw new ContainerError('no-namespaces', `no namespaces can be made here: ${single}`, {
    hint: 'wherry doctor says what this machine lacks, and the least that helps.',
  })
}

function hasRanges(): boolean {
  const { uid, username } = userInfo()
  return ['/etc/subuid', '/etc/subgid'].every((path) => {
    try {
      const lines = readFileSync(path, 'utf8').split('\n')
      return lines.some((line) => line.startsWith(`${username}:`) || line.startsWith(`${uid}:`))
    } catch {
      return false
    }
  })
}

/** CAP_SYS_ADMIN of capabilities(7): a bit of what proc(5) tells as `CapEff`. */
const administratorBit = 1n << 21n

/** Whether this process has the right and no filter that could take it away, so that nobody needs to try. */
function mayUnshare(): boolean {
  try {
    const status = readFileSync('/proc/self/status', 'utf8')
    const effective = BigInt(`0x${/^CapEff:\s*([\da-f]+)$/m.exec(status)?.[1] ?? '0'}`)
    return (effective & administratorBit) !== 0n && /^Seccomp:\s*0$/m.test(status)
  } catch {
    return false
  }
}

function canUnshare(form: NamespaceForm): boolean {
  return tryUnshare(form) === undefined
}

/** @returns why it cannot be done; undefined where it can. */
function tryUnshare({ unshare }: NamespaceForm): string | undefined {
  const { error, status, stderr } = spawnSync('unshare', [...unshare, 'true'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, PATH: wholeSearchPath(process.env['PATH'] ?? '') },
  })
  if (error !== undefined) return error.message
  return status === 0 ? undefined : stderr.trim()
}
