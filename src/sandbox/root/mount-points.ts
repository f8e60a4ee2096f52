import { chmodSync, closeSync, constants, fstatSync, mkdirSync, openSync, readlinkSync } from 'node:fs'
import { assert } from '../../std/assert.ts'
import { errorMessage, systemErrorCode } from '../../std/errors.ts'
import { decodePathText, encodePathText } from '../../std/path-text.ts'
import { openBeneath } from '../../std/syscalls-files.ts'
import { SandboxError } from '../errors.ts'

/** A place in a root where something is mounted. */
export interface MountPoint {
  /** Where it truly is, after all links of the root: absolute in the root, and no part of it is a link. */
  readonly path: string
  /** What was not there and was made for it, from the top. */
  readonly made: readonly string[]
}

/** As many as the kernel follows: path_resolution(7). */
const linksMax = 40
const O_PATH = 0o10000000
const look = O_PATH | constants.O_NOFOLLOW

/**
 * Finds the place of a path in a root as a process in there would, and makes it where it is not there. Each name is looked up in an
 * open directory and without following links, so nothing outside of the root is touched, whatever its links say and whoever changes
 * them meanwhile.
 *
 * @param mode of a directory that is made at its end.
 * @throws SandboxError `cannot-start`
 */
export function makeMountPoint(rootfs: string, path: string, kind: 'directory' | 'file', mode?: number): MountPoint {
  const walk = new Walk(rootfs, true, mode)
  try {
    walk.follow(path, kind)
    return { path: walk.path, made: walk.made }
  } catch (error) {
    const message = `nothing can be mounted at ${path} of the image: ${errorMessage(error)}`
    throw new SandboxError('cannot-start', message, { cause: error })
  } finally {
    walk.close()
  }
}

/**
 * Where a path of a root leads, all its links followed inside of the root; what is not there is taken as it is written.
 *
 * @throws SandboxError `cannot-start`
 */
export function findPlace(rootfs: string, path: string): string {
  const walk = new Walk(rootfs, false)
  try {
    walk.follow(path, 'directory')
    return walk.path
  } catch (error) {
    throw new SandboxError('cannot-start', `${path} of the image cannot be used: ${errorMessage(error)}`, {
      cause: error,
    })
  } finally {
    walk.close()
  }
}

/** A way down from the root: the open directories on it, and their names. */
class Walk {
  readonly made: string[] = []
  readonly #descriptors: number[]
  readonly #names: string[] = []
  #linksFollowed = 0

  readonly #makes: boolean
  /** Below the last open directory, for what is not there. */
  readonly #absent: string[] = []

  readonly #lastMode: number | undefined

  constructor(rootfs: string, makes: boolean, lastMode?: number) {
    this.#makes = makes
    this.#lastMode = lastMode
    this.#descriptors = [openSync(rootfs, O_PATH | constants.O_DIRECTORY)]
  }

  get path(): string {
    return `/${[...this.#names, ...this.#absent].join('/')}`
  }

  follow(path: string, kind: 'directory' | 'file'): void {
    const pending = path.split('/').toReversed()
    while (pending.length > 0) {
      const name = pending.pop() ?? ''
      if (name === '' || name === '.') continue
      if (this.#absent.length > 0) {
        if (name === '..') this.#absent.pop()
        else this.#absent.push(name)
        continue
      }
      if (name === '..') {
        if (this.#names.pop() !== undefined) closeSync(this.#descriptors.pop() ?? -1)
        continue
      }
      const isLast = pending.every((each) => each === '' || each === '.')
      const target = this.#enter(name, isLast ? kind : 'directory', isLast ? this.#lastMode : undefined)
      if (target === undefined) continue
      if (target.startsWith('/')) this.#leaveAll()
      pending.push(...target.split('/').toReversed())
    }
  }

  close(): void {
    for (const descriptor of this.#descriptors) closeSync(descriptor)
  }

  /** @returns where a link leads to, without going there. */
  #enter(name: string, kind: 'directory' | 'file', mode: number | undefined): string | undefined {
    const directory = this.#descriptors.at(-1)
    assert(directory !== undefined, 'the root stays open')
    const descriptor = this.#openOrMake(directory, name, kind, mode)
    if (descriptor === undefined) {
      this.#absent.push(name)
      return undefined
    }
    const stats = fstatSync(descriptor)
    if (stats.isSymbolicLink()) {
      closeSync(descriptor)
      this.#linksFollowed += 1
      if (this.#linksFollowed > linksMax) throw new Error('more links than Linux follows')
      return decodePathText(readlinkSync(childPath(directory, name), 'buffer'))
    }
    this.#descriptors.push(descriptor)
    this.#names.push(name)
    if (stats.isDirectory() !== (kind === 'directory')) {
      throw new Error(`${this.path} is ${stats.isDirectory() ? 'a directory' : 'no directory'}`)
    }
    return undefined
  }

  #openOrMake(
    directory: number,
    name: string,
    kind: 'directory' | 'file',
    mode: number | undefined,
  ): number | undefined {
    const open = (): number => openBeneath(directory, name, { flags: look, resolve: 'beneath' })
    try {
      return open()
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT') throw error
    }
    if (!this.#makes) return undefined
    if (kind === 'directory') this.#makeDirectory(childPath(directory, name), mode)
    else
      closeSync(openSync(childPath(directory, name), constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o644))
    this.made.push(`${this.path === '/' ? '' : this.path}/${name}`)
    return open()
  }

  /** Not less than asked for, whatever the umask. */
  #makeDirectory(path: Buffer, mode: number | undefined): void {
    mkdirSync(path, 0o755)
    if (mode !== undefined) chmodSync(path, mode)
  }

  #leaveAll(): void {
    for (const descriptor of this.#descriptors.splice(1)) closeSync(descriptor)
    this.#names.length = 0
  }
}

function childPath(directory: number, name: string): Buffer {
  return Buffer.concat([Buffer.from(`/proc/self/fd/${directory}/`), encodePathText(name)])
}
