import { closeSync, constants, fstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import { posix } from 'node:path'
import { systemErrorCode } from '../../std/errors.ts'
import { nearest } from '../../std/nearest.ts'
import { openBeneath } from '../../std/syscalls-files.ts'
import { SandboxError } from '../errors.ts'
import type { ProcessSpec, SandboxMount } from '../process-spec.ts'
import { findPlace } from './mount-points.ts'
import { programCandidates } from './program-candidates.ts'
import { readNeeds } from './program-needs.ts'

const O_PATH = 0o10000000
const headBytes = 4096

/**
 * Finds out before it is tried why a program cannot run: no runtime says that it is a script whose interpreter is missing. What lies in
 * a mount is not looked at.
 *
 * @param rootfs the root's directory.
 * @param mounts with their places in the root.
 * @throws SandboxError `cannot-start`, `no-such-program`
 */
export function checkProgram(spec: ProcessSpec, rootfs: string, mounts: readonly SandboxMount[]): void {
  const [name = ''] = spec.arguments
  if (name === '') {
    throw new SandboxError('no-such-program', 'there is nothing to run: the name of the program is empty')
  }
  const environment = [...spec.environment].map(([key, value]) => `${key}=${value}`)
  const candidates = programCandidates(name, environment).map((path) => posix.resolve(spec.workingDirectory, path))
  const root = openSync(rootfs, O_PATH | constants.O_DIRECTORY)
  try {
    const isHidden = (path: string): boolean => isCovered(path, rootfs, mounts)
    if (candidates.some(isHidden)) return
    const states = candidates.map((path) => ({ path, state: stateOf(root, path) }))
    const program = states.find(({ state }) => state === 'program')
    if (program !== undefined) return checkNeeds(root, program.path, isHidden)
    if (states.some(({ state }) => state === 'unknown')) return
    const other = states.find(({ state }) => state !== 'absent')
    throw other === undefined ? absentError(root, name, candidates) : notProgramError(other.path, other.state)
  } finally {
    closeSync(root)
  }
}

/** Whether a mount lies over a path, or over where the links of its directories lead: `/sbin` is a link in most images. */
function isCovered(path: string, rootfs: string, mounts: readonly SandboxMount[]): boolean {
  if (['/proc', '/sys', '/dev'].some((directory) => path.startsWith(`${directory}/`))) return true
  if (mounts.length === 0) return false
  const place = placeOf(rootfs, path)
  return mounts.some(({ target }) => [path, place].some((each) => each === target || each.startsWith(`${target}/`)))
}

function placeOf(rootfs: string, path: string): string {
  try {
    return posix.join(findPlace(rootfs, posix.dirname(path)), posix.basename(path))
  } catch {
    return path
  }
}

type PathState = 'absent' | 'program' | 'not executable' | 'directory' | 'unknown'

function stateOf(root: number, path: string): PathState {
  let descriptor: number
  try {
    descriptor = openBeneath(root, path, { flags: O_PATH, resolve: 'in-root' })
  } catch (error) {
    const code = systemErrorCode(error)
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'unknown'
  }
  try {
    const stats = fstatSync(descriptor)
    if (stats.isDirectory()) return 'directory'
    if (!stats.isFile()) return 'unknown'
    return (stats.mode & 0o111) === 0 ? 'not executable' : 'program'
  } finally {
    closeSync(descriptor)
  }
}

/** Scripts name their interpreter, and most programs the one that loads their libraries. */
function checkNeeds(root: number, path: string, isHidden: (path: string) => boolean): void {
  const needs = readNeeds(readHead(root, path))
  if (needs === undefined) return
  if (needs.kind === 'processor') {
    throw new SandboxError(
      'cannot-start',
      `${path} is for the processor ${needs.name}, and nothing here runs such programs`,
      {
        hint: 'Install qemu-user-static and binfmt-support, or build for the platform of this machine.',
      },
    )
  }
  if (isHidden(needs.path) || stateOf(root, needs.path) !== 'absent') return
  const target = linkTarget(root, needs.path)
  const hint =
    target !== undefined && /\/bin\/python[\d.]*$/.test(needs.path)
      ? 'A virtual environment works only with the Python that it was made with, in the same place: begin both stages with the same image.'
      : needs.kind === 'loader'
        ? 'It was built for another C library or another distribution: copy its libraries too, or link it statically.'
        : needs.path.endsWith('\r')
          ? 'The first line of the script ends with a carriage return, as on Windows: save it with plain line ends.'
          : 'Install the interpreter in the image, or name another one in the first line of the script.'
  const link = target === undefined ? '' : ` a link to ${JSON.stringify(target)},`
  throw new SandboxError(
    'cannot-start',
    `${path} needs ${JSON.stringify(needs.path)},${link} which is not in the image`,
    { hint },
  )
}

/** Where a link leads that leads to nothing; undefined where there is no link. */
function linkTarget(root: number, path: string): string | undefined {
  try {
    const flags = O_PATH | constants.O_DIRECTORY
    const folder = openBeneath(root, posix.dirname(path), { flags, resolve: 'in-root' })
    try {
      return readlinkSync(`/proc/self/fd/${folder}/${posix.basename(path)}`)
    } finally {
      closeSync(folder)
    }
  } catch {
    return undefined
  }
}

function readHead(root: number, path: string): Uint8Array {
  const buffer = Buffer.alloc(headBytes)
  try {
    const descriptor = openBeneath(root, path, { flags: constants.O_RDONLY | constants.O_NONBLOCK, resolve: 'in-root' })
    try {
      return buffer.subarray(0, readSync(descriptor, buffer))
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return buffer.subarray(0, 0)
  }
}

function notProgramError(path: string, state: PathState): SandboxError {
  if (state === 'directory') return new SandboxError('cannot-start', `${path} is a directory, and no program`)
  return new SandboxError('cannot-start', `${path} cannot be executed: it has no permission for that`, {
    hint: `Make it executable, as with COPY --chmod=755 or RUN chmod +x ${path}.`,
  })
}

function absentError(root: number, name: string, candidates: readonly string[]): SandboxError {
  const message = `${name} is not in the image`
  const isShell = /(?:^|\/)(?:ba|da|a|z|k)?sh$/.test(name)
  if (isShell) {
    const hint =
      'The image has no such shell: write the command as a list, as in RUN ["program", "argument"], or take a base with a shell.'
    return new SandboxError('no-such-program', message, { hint })
  }
  const near = nearest(posix.basename(name), namesBeside(root, candidates))
  const hint =
    near === undefined ? 'Install it in the image, or see whether PATH has its folder.' : `Did you mean ${near}?`
  return new SandboxError('no-such-program', message, { hint })
}

function namesBeside(root: number, candidates: readonly string[]): readonly string[] {
  return [...new Set(candidates.map((path) => posix.dirname(path)))].flatMap((directory) => {
    try {
      const flags = constants.O_RDONLY | constants.O_DIRECTORY
      const descriptor = openBeneath(root, directory, { flags, resolve: 'in-root' })
      try {
        return readdirSync(`/proc/self/fd/${descriptor}`)
      } finally {
        closeSync(descriptor)
      }
    } catch {
      return []
    }
  })
}
