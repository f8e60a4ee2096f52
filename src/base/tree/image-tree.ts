import { posix } from 'node:path'
import { BaseError } from '../errors.ts'
import type { Placed, PlacedDirectory } from './placed.ts'

const linksMax = 40

/** What is known of a directory beside its place. */
export type DirectoryAttributes = Pick<PlacedDirectory, 'mode' | 'uid' | 'gid' | 'modifiedSeconds'>

/**
 * The files of an image that is being put together, by path, without a slash at the beginning. Paths are where the files really
 * lie: links to directories are followed, as dpkg does when it unpacks.
 */
export class ImageTree {
  readonly #files = new Map<string, Placed>()
  readonly #directories = new Map<string, PlacedDirectory>([['', { ...usualDirectory, layer: -1, isExplicit: true }]])

  #sorted: readonly string[] | undefined

  file(path: string): Placed | undefined {
    return this.#files.get(path)
  }

  /** Sorted by path. */
  *files(): Generator<readonly [string, Placed]> {
    this.#sorted ??= [...this.#files.keys()].toSorted(comparePaths)
    for (const path of this.#sorted) {
      const placed = this.#files.get(path)
      if (placed !== undefined) yield [path, placed]
    }
  }

  /** Those that a layer brings, sorted by path. */
  directoriesOf(layer: number): readonly (readonly [string, PlacedDirectory])[] {
    const own = [...this.#directories].filter(([, directory]) => directory.layer === layer)
    return own.toSorted(([a], [b]) => comparePaths(a, b))
  }

  /** Whether anything but a directory that nothing needs is there. */
  has(path: string): boolean {
    return this.#files.has(path) || this.#directories.get(path)?.layer !== undefined
  }

  isDirectory(path: string): boolean {
    return this.#directories.has(path)
  }

  /**
   * Where a file really lies: links among its folders followed, folders that are missing made.
   *
   * @throws BaseError `bad-package-content` for what lies below a file, and for links in a circle.
   */
  locate(path: string): string {
    const parent = posix.dirname(path)
    const folder = this.locateDirectory(parent === '.' ? '' : parent)
    return folder === '' ? posix.basename(path) : `${folder}/${posix.basename(path)}`
  }

  /** The same for a directory, whose last part is followed too. */
  locateDirectory(path: string, linksLeft = linksMax): string {
    if (path === '' || this.#directories.has(path)) return path
    const parent = posix.dirname(path)
    const folder = this.locateDirectory(parent === '.' ? '' : parent, linksLeft)
    const located = folder === '' ? posix.basename(path) : `${folder}/${posix.basename(path)}`
    const there = this.#files.get(located)
    if (there === undefined) {
      if (!this.#directories.has(located)) {
        this.#directories.set(located, { ...usualDirectory, layer: undefined, isExplicit: false })
      }
      return located
    }
    const target = linkTargetOf(there)
    if (target === undefined || linksLeft === 0) {
      const why = target === undefined ? 'is a file, and not a directory' : 'is a link that leads in a circle'
      throw new BaseError('bad-package-content', `/${located} ${why}, but something lies in it: /${path}`)
    }
    const joined = target.startsWith('/') ? target : `${folder}/${target}`
    // No link leads above the root.
    const normal = posix.normalize(`/${joined}`).replace(/^\/+/, '').replace(/\/+$/, '')
    return this.locateDirectory(normal, linksLeft - 1)
  }

  /** Gives a directory its attributes, unless something did so before. */
  describeDirectory(path: string, layer: number, attributes: DirectoryAttributes): void {
    const known = this.#directories.get(path)
    if (known?.isExplicit === true) return
    const { mode, uid, gid } = attributes
    const isAsMade = mode === usualDirectory.mode && uid === 0 && gid === 0
    // A lower layer has it with the usual attributes: they are set right in this one.
    const its = known?.layer === undefined || isAsMade ? known?.layer : layer
    this.#directories.set(path, { ...attributes, layer: its, isExplicit: true })
  }

  /** The same, whatever there was: the layer has it anew. */
  replaceDirectory(path: string, layer: number, attributes: DirectoryAttributes): void {
    this.#directories.set(path, { ...attributes, layer, isExplicit: true })
    this.#need(posix.dirname(path), layer)
  }

  /** Makes sure that a layer has a directory, if none below has. */
  needDirectory(path: string, layer: number): void {
    this.#need(path, layer)
  }

  put(path: string, placed: Placed): void {
    if (!this.#files.has(path)) this.#sorted = undefined
    this.#files.set(path, placed)
    this.#need(posix.dirname(path), placed.layer)
  }

  #need(start: string, layer: number): void {
    for (let path = start === '.' ? '' : start; path !== ''; path = parentOf(path)) {
      const directory = this.#directories.get(path) ?? { ...usualDirectory, layer: undefined, isExplicit: false }
      if (directory.layer !== undefined) return
      this.#directories.set(path, { ...directory, layer })
    }
  }
}

const usualDirectory = { mode: 0o755, uid: 0, gid: 0, modifiedSeconds: undefined }

function parentOf(path: string): string {
  const parent = posix.dirname(path)
  return parent === '.' ? '' : parent
}

/** Of a symbolic link, where it leads. */
export function linkTargetOf(placed: Placed): string | undefined {
  if (placed.from === 'made') return placed.file.kind === 'symbolic-link' ? placed.file.linkTarget : undefined
  return placed.entry.kind === 'symbolic-link' ? placed.entry.linkTarget : undefined
}

/** By their characters' codes, so that a directory comes before what is in it. */
function comparePaths(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
