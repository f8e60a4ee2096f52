import type { TarEntry } from '../../archive/tar-entry.ts'
import { ImageError } from '../../image/errors.ts'
import type { Limits } from '../../std/limits.ts'
import { encodePathText } from '../../std/path-text.ts'
import { FileTreeError } from '../errors.ts'
import { EntryTable } from './entry-table.ts'
import { followFolders, nodeAt, TooManyLinksError } from './find-folder.ts'
import { HeapFullError } from './heap.ts'
import { checkNames, LayerPathError, readLayerPath, splitPath } from './layer-path.ts'
import { addChild, createNode, pathOfNode, type TreeNode } from './tree-node.ts'

const idMax = 0xffff_fffe

/**
 * The tree that a layer's tar describes, built entry by entry in memory, as containerd's unpacking would build it in an
 * empty folder: a later entry replaces an earlier one of its name, a directory over a directory only changes its attributes,
 * folders on the way may be symbolic links of the same layer, and are made when they are missing. Whiteouts and opaque
 * markers are for lower layers only, wherever in the tar they stand (image-spec, layer.md, "Whiteouts").
 */
export class LayerTree {
  readonly root: TreeNode
  readonly table = new EntryTable()
  readonly #name: string
  readonly #limits: Limits
  #nodeCount = 1

  /** @param name of the layer, for messages */
  constructor(name: string, limits: Limits) {
    this.#name = name
    this.#limits = limits
    this.root = createNode('', undefined, this.table.addImplied())
  }

  /**
   * Takes the next entry of the tar.
   *
   * @returns the row whose digest is wanted: that of a file that was placed.
   * @throws FileTreeError `bad-layer` for what no runtime would unpack
   * @throws ImageError `too-large` for a layer over the job's limits
   */
  add(entry: TarEntry, dataOffsetBytes: number): number | undefined {
    try {
      return this.#add(entry, dataOffsetBytes)
    } catch (error) {
      if (error instanceof HeapFullError) throw this.#tooLarge(error.message)
      if (!(error instanceof LayerPathError || error instanceof TooManyLinksError)) throw error
      throw this.#bad(entry, error.message)
    }
  }

  #add(entry: TarEntry, dataOffsetBytes: number): number | undefined {
    const place = readLayerPath(entry.path, this.#limits.pathBytesMax)
    if (place.meaning === 'ignored') return undefined
    if (place.meaning === 'opaque') {
      this.#folder(entry, place.folders).isOpaque = true
      return undefined
    }
    if (place.meaning === 'whiteout') {
      this.#addWhiteout(this.#folder(entry, place.folders), place.name)
      return undefined
    }
    this.#check(entry)
    if (place.meaning === 'path') {
      return this.#addPath(entry, dataOffsetBytes, this.#folder(entry, place.folders), place.name)
    }
    if (entry.kind === 'directory') this.root.row = this.table.addEntry(entry, 0)
    return undefined
  }

  #addWhiteout(folder: TreeNode, name: string): void {
    const node = folder.children?.get(name) ?? this.#addNode(folder, name, this.table.addWhiteout())
    node.isWhitedOut = true
  }

  #addPath(entry: TarEntry, dataOffsetBytes: number, folder: TreeNode, name: string): number | undefined {
    const target = entry.kind === 'hard-link' ? this.#linkTarget(entry) : undefined
    const before = folder.children?.get(name)
    if (target !== undefined && target.node !== undefined) {
      this.table.setMetadata(target.node.row, entry)
      this.#place(folder, name, before, target.node.row, target.node.target)
      return undefined
    }
    const row =
      target === undefined ? this.table.addEntry(entry, dataOffsetBytes) : this.table.addHardLink(entry, target.path)
    const symbolicTarget = entry.kind === 'symbolic-link' ? entry.linkTarget : undefined
    this.#place(folder, name, before, row, symbolicTarget)
    return entry.kind === 'file' ? row : undefined
  }

  #place(folder: TreeNode, name: string, before: TreeNode | undefined, row: number, target: string | undefined): void {
    const node = before ?? this.#addNode(folder, name, row)
    node.row = row
    node.target = target
    if (this.table.kind(row) !== 'directory') node.children = undefined
  }

  /** The node that a hard link shares, or the path of lower layers where it is to be found. */
  #linkTarget(entry: TarEntry): { readonly node: TreeNode | undefined; readonly path: string } {
    const components = splitPath(entry.linkTarget)
    checkNames(components, this.#limits.pathBytesMax)
    const name = components.pop()
    if (name === undefined || name === '..') throw this.#bad(entry, 'a hard link to a directory')
    const names = [...followFolders(this.root, components), name]
    const node = nodeAt(this.root, names)
    const kind = node === undefined ? 'whiteout' : this.table.kind(node.row)
    if (kind === 'directory') throw this.#bad(entry, 'a hard link to a directory')
    return { node: kind === 'whiteout' ? undefined : node, path: `/${names.join('/')}` }
  }

  /** The directory that these names lead to. Those that are missing are made. */
  #folder(entry: TarEntry, names: readonly string[]): TreeNode {
    let folder = this.root
    for (const name of names) {
      const child = folder.children?.get(name)
      if (child?.target !== undefined) return this.#folder(entry, this.#follow(names))
      folder = child === undefined ? this.#addNode(folder, name, this.table.addImplied()) : this.#enter(entry, child)
    }
    return folder
  }

  #follow(folders: readonly string[]): readonly string[] {
    const names = followFolders(this.root, folders)
    checkNames(names, this.#limits.pathBytesMax)
    return names
  }

  #enter(entry: TarEntry, node: TreeNode): TreeNode {
    const kind = this.table.kind(node.row)
    if (kind === 'directory') return node
    if (kind !== 'whiteout') throw this.#bad(entry, `it lies under ${JSON.stringify(pathOfNode(node))}, a ${kind}`)
    node.row = this.table.addImplied()
    return node
  }

  #addNode(folder: TreeNode, name: string, row: number): TreeNode {
    this.#nodeCount += 1
    const max = this.#limits.layerEntriesMax
    if (this.#nodeCount > max) throw this.#tooLarge(`more than ${max} entries`)
    return addChild(folder, name, row)
  }

  #check(entry: TarEntry): void {
    if (!isId(entry.uid) || !isId(entry.gid)) throw this.#bad(entry, `the owner ${entry.uid}:${entry.gid}`)
    if (entry.kind !== 'symbolic-link') return
    const { linkTarget } = entry
    if (
      linkTarget === '' ||
      linkTarget.includes('\0') ||
      encodePathText(linkTarget).length >= this.#limits.pathBytesMax
    ) {
      throw this.#bad(entry, `the link target ${JSON.stringify(linkTarget.slice(0, 200))}`)
    }
  }

  #bad(entry: TarEntry, why: string): FileTreeError {
    const name = JSON.stringify(entry.path.slice(0, 200))
    return new FileTreeError('bad-layer', `${this.#name}: entry ${name}: ${why}`, {
      hint: 'No container runtime could unpack this layer. Build the image again.',
    })
  }

  #tooLarge(why: string): ImageError {
    return new ImageError('too-large', `${this.#name}: ${why}`)
  }
}

function isId(id: number): boolean {
  return Number.isInteger(id) && id >= 0 && id <= idMax
}
