import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import type { FileTime, TarEntryKind } from '../../archive/tar-entry.ts'
import type { FileEntry } from '../../filetree/file-entry.ts'
import type { FileTree } from '../../filetree/file-tree.ts'
import type { Job } from '../../std/job.ts'
import { decodePathText } from '../../std/path-text.ts'
import type { ChangesOptions } from '../snapshot.ts'
import { changeEntry, markerChange, type Change } from './change.ts'
import { keepOwners, readMappedIds } from './mapped-ids.ts'
import { MountPoints } from './mount-points.ts'
import { readFileContent } from './read-file.ts'
import { isLike, readUpperFile, type UpperFile } from './upper-file.ts'

/** The upper directory of an overlay, and what is below it; undefined where nothing is. */
export interface Upper {
  readonly upper: string
  readonly tree: FileTree | undefined
}

const whiteoutPrefix = '.wh.'
const opaqueName = '.wh..wh..opq'
const pauseAfterEntries = 500

/** A directory of the upper directory while it is looked through. */
interface Place {
  readonly diskPath: Buffer
  /** Ends with a slash; empty for the root. */
  readonly prefix: string
  /** Whether lower layers are seen in it. */
  readonly isMerged: boolean
}

/** Everything in an upper directory that is a change: in order, each directory before what is in it. */
export class UpperScan {
  readonly #tree: FileTree | undefined
  readonly #mountPoints: MountPoints
  readonly #latestSeconds: number | undefined
  readonly #job: Job
  readonly #mappedIds = readMappedIds()
  readonly #changes: Change[] = []
  readonly #firstNames = new Map<string, string>()
  #seen = 0

  constructor(tree: FileTree | undefined, options: ChangesOptions, job: Job) {
    this.#tree = tree
    this.#mountPoints = new MountPoints(options.mountPoints)
    this.#latestSeconds = options.latestSeconds
    this.#job = job
  }

  async scan(upper: string): Promise<readonly Change[]> {
    const diskPath = Buffer.from(upper)
    const root = keepOwners(readUpperFile(diskPath), this.#tree?.get('/'), this.#mappedIds)
    if (this.#hasNewRootAttributes(root)) this.#addDirectory(root, './')
    await this.#scanDirectory({ diskPath, prefix: '', isMerged: this.#tree !== undefined })
    return this.#changes
  }

  /** Each change in the root changes its time, which therefore says nothing. */
  #hasNewRootAttributes(root: UpperFile): boolean {
    const lower = this.#tree?.get('/')
    if (lower !== undefined) return !isLike(root, lower, { ignoreTime: true })
    return root.mode !== 0o755 || root.uid !== 0 || root.gid !== 0 || root.xattrs.size > 0
  }

  /** @returns whether anything was left out because it is a mount point's. */
  async #scanDirectory(place: Place): Promise<boolean> {
    let hasLeftOut = false
    for (const { name, file: upper, path } of this.#children(place)) {
      this.#seen += 1
      if (this.#seen % pauseAfterEntries === 0) {
        await setImmediate()
        this.#job.signal.throwIfAborted()
      }
      const lower = place.isMerged ? this.#tree?.get(`/${path}`) : undefined
      const file = keepOwners(upper, lower, this.#mappedIds)
      if (file.kind === 'whiteout') {
        if (lower !== undefined) this.#changes.push(markerChange(`${place.prefix}${whiteoutPrefix}${name.text}`))
      } else if (file.kind === 'directory') {
        const isLeftOut = await this.#addTree(file, { ...place, diskPath: name.diskPath }, path, lower)
        hasLeftOut ||= isLeftOut
      } else if (file.kind !== 'socket') {
        const isLeftOut = this.#isEmptyMountPoint(file, path, lower)
        hasLeftOut ||= isLeftOut
        if (!isLeftOut && !(await this.#isUnchanged(file, name.diskPath, lower)))
          this.#addFile(file.kind, file, path, name.diskPath)
      }
    }
    return hasLeftOut
  }

  *#children(place: Place): Generator<{ name: { text: string; diskPath: Buffer }; file: UpperFile; path: string }> {
    const found = readdirSync(place.diskPath, { encoding: 'buffer' }).map((bytes) => {
      const diskPath = Buffer.concat([place.diskPath, Buffer.of(0x2f), bytes])
      const file = readUpperFile(diskPath)
      const text = decodePathText(bytes)
      const order = file.kind === 'whiteout' ? Buffer.concat([Buffer.from(whiteoutPrefix), bytes]) : bytes
      return { name: { text, diskPath }, file, path: place.prefix + text, order }
    })
    for (const child of found.toSorted((a, b) => Buffer.compare(a.order, b.order))) {
      if (child.name.text.startsWith(whiteoutPrefix)) this.#refuseName(child.path)
      else yield child
    }
  }

  /** A layer cannot say that there is such a file: its name would be a message. */
  #refuseName(path: string): void {
    const message = `/${path} is left out: in a layer, a name that begins with .wh. means that something is deleted`
    this.#job.emit({ type: 'notice', level: 'warning', message })
  }

  async #addTree(
    file: UpperFile,
    { diskPath, isMerged }: Place,
    path: string,
    lower: FileEntry | undefined,
  ): Promise<boolean> {
    const hidesLower = file.isOpaque && lower?.kind === 'directory'
    const before = this.#changes.length
    this.#addDirectory(file, `${path}/`)
    if (hidesLower) this.#changes.push(markerChange(`${path}/${opaqueName}`))
    const added = this.#changes.length
    const seesLower = isMerged && !file.isOpaque && lower?.kind === 'directory'
    const hasLeftOut = await this.#scanDirectory({ diskPath, prefix: `${path}/`, isMerged: seesLower })
    const isEmpty = this.#changes.length === added && !hidesLower
    const isLeftOut = isEmpty && lower === undefined && this.#mountPoints.leadsTo(`/${path}`)
    const isUnchanged = isEmpty && lower !== undefined && isLike(file, lower, { ignoreTime: hasLeftOut })
    if (isLeftOut || isUnchanged) this.#changes.length = before
    return isLeftOut || (isUnchanged && hasLeftOut)
  }

  #addDirectory(file: UpperFile, path: string): void {
    this.#changes.push({ entry: changeEntry('directory', path, this.#attributes(file)), contentPath: undefined })
  }

  #isEmptyMountPoint({ kind, sizeBytes }: UpperFile, path: string, lower: FileEntry | undefined): boolean {
    return kind === 'file' && sizeBytes === 0 && lower === undefined && this.#mountPoints.has(`/${path}`)
  }

  /** Opened for writing, and left as it was. */
  async #isUnchanged(file: UpperFile, diskPath: Buffer, lower: FileEntry | undefined): Promise<boolean> {
    if (lower === undefined || file.inode !== undefined || !isLike(file, lower, { ignoreTime: false })) return false
    if (file.kind !== 'file') return true
    const hash = createHash('sha256')
    for await (const chunk of readFileContent(diskPath, file.sizeBytes, this.#job)) hash.update(chunk)
    return `sha256:${hash.digest('hex')}` === lower.digest
  }

  #addFile(kind: Exclude<TarEntryKind, 'hard-link'>, file: UpperFile, path: string, diskPath: Buffer): void {
    const attributes = this.#attributes(file)
    const first = file.inode === undefined ? undefined : this.#firstNames.get(file.inode)
    if (first !== undefined) {
      const { mode, uid, gid, modified } = attributes
      const link = changeEntry('hard-link', path, { mode, uid, gid, modified, linkTarget: first })
      this.#changes.push({ entry: link, contentPath: undefined })
      return
    }
    if (file.inode !== undefined) this.#firstNames.set(file.inode, path)
    const { sizeBytes, linkTarget, deviceMajor, deviceMinor } = file
    const entry = changeEntry(kind, path, { ...attributes, sizeBytes, linkTarget, deviceMajor, deviceMinor })
    this.#changes.push({ entry, contentPath: kind === 'file' ? diskPath : undefined })
  }

  #attributes({
    mode,
    uid,
    gid,
    modified,
    xattrs,
  }: UpperFile): Pick<UpperFile, 'mode' | 'uid' | 'gid' | 'modified' | 'xattrs'> {
    return { mode, uid, gid, modified: this.#clamp(modified), xattrs }
  }

  #clamp(time: FileTime): FileTime {
    const latest = this.#latestSeconds
    return latest === undefined || time.seconds < latest ? time : { seconds: latest, nanoseconds: 0 }
  }
}
