import { lstatSync, readdirSync, type BigIntStats } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { systemErrorCode } from '../../std/errors.ts'
import type { Job } from '../../std/job.ts'
import { decodePathText } from '../../std/path-text.ts'
import { setAccessTime } from '../../std/syscalls-files.ts'
import { asReadError } from './failures.ts'

interface Found {
  /** Absolute in the root. */
  readonly path: string
  readonly file: Buffer
  readonly stats: BigIntStats
}

const never = { seconds: 0, nanoseconds: 0 } as const
const pauseAfterEntries = 500

/** The files of a directory tree, and what became of them: by their times, which the kernel sets. */
export class PlainTree {
  readonly #root: Buffer
  readonly #accessed = new Set<string>()
  /** When each file changed last before anybody could change it, in nanoseconds. */
  readonly #changes = new Map<string, bigint>()
  #hasBegun = false

  constructor(root: string) {
    this.#root = Buffer.from(root)
  }

  begin(): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    for (const { file } of walk(this.#root)) setAccessTime(file, never)
    // Only now: each name of a file with several changes the time of them all.
    for (const { path, stats } of walk(this.#root)) this.#changes.set(path, stats.ctimeNs)
  }

  async accessed(job: Job): Promise<ReadonlySet<string>> {
    await this.#look(job, ({ path, stats }) => {
      if (stats.atimeNs > 0n && !stats.isSymbolicLink()) this.#accessed.add(path)
    })
    return this.#accessed
  }

  /** With those that are gone; without directories that were there. */
  async changedPaths(job: Job): Promise<ReadonlySet<string>> {
    const changed = new Set<string>()
    const missing = new Set(this.#changes.keys())
    await this.#look(job, ({ path, stats }) => {
      const before = this.#changes.get(path)
      missing.delete(path)
      if (before === undefined || (!stats.isDirectory() && before !== stats.ctimeNs)) changed.add(path)
      if (stats.atimeNs > 0n && !stats.isSymbolicLink()) this.#accessed.add(path)
    })
    return changed.union(missing)
  }

  async #look(job: Job, see: (found: Found) => void): Promise<void> {
    try {
      let entries = 0
      for (const found of walk(this.#root)) {
        see(found)
        entries += 1
        if (entries % pauseAfterEntries !== 0) continue
        await setImmediate()
        job.signal.throwIfAborted()
      }
    } catch (error) {
      job.signal.throwIfAborted()
      throw asReadError(error)
    }
  }
}

/** Everything, each directory before what is in it. That it is listed here is not kept in a directory's access time. */
function* walk(file: Buffer, path = ''): Generator<Found> {
  const stats = ifThere(() => lstatSync(file, { bigint: true }))
  if (stats === undefined) return
  yield { path: path === '' ? '/' : path, file, stats }
  if (!stats.isDirectory()) return
  const names = ifThere(() => readdirSync(file, { encoding: 'buffer' })) ?? []
  ifThere(() => setAccessTime(file, never))
  for (const name of names) yield* walk(Buffer.concat([file, slash, name]), `${path}/${decodePathText(name)}`)
}

const slash = Buffer.from('/')

/** Processes delete files meanwhile. */
function ifThere<Value>(look: () => Value): Value | undefined {
  try {
    return look()
  } catch (error) {
    const code = systemErrorCode(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}
