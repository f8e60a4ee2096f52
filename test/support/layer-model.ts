import type { LayerItem } from './layers.ts'

/** A file in the model. Hard links are the same object under several paths. */
export interface ModelFile {
  kind: string
  mode: number
  uid: number
  content: string
  target: string
  layer: number
  isImplied: boolean
}

/** Every path of a tree but the root's. */
export type ModelTree = Map<string, ModelFile>

/** What no runtime would unpack. */
export class ModelRefusal extends Error {}

/** The merged tree of layers, lowest first, worked out the plain way: maps of full paths, one layer after the other. */
export function applyLayers(layers: readonly (readonly LayerItem[])[]): ModelTree {
  let tree: ModelTree = new Map()
  for (const [layer, items] of layers.entries()) tree = new LayerModel(layer, tree).apply(items)
  return tree
}

class LayerModel {
  readonly #layer: number
  readonly #lower: ModelTree
  readonly #upper: ModelTree = new Map()
  readonly #whiteouts = new Set<string>()
  readonly #opaque = new Set<string>()

  constructor(layer: number, lower: ModelTree) {
    this.#layer = layer
    this.#lower = lower
  }

  apply(items: readonly LayerItem[]): ModelTree {
    for (const item of items) this.#add(item)
    this.#resolveLinks()
    const result = new Map(this.#lower)
    for (const path of this.#whiteouts) removeTree(result, path)
    for (const path of this.#opaque) removeContent(result, path)
    for (const [path, file] of this.#upper) {
      const before = result.get(path)
      if (file.kind !== 'directory' || before?.kind !== 'directory') removeTree(result, path)
      if (file.isImplied && before?.kind === 'directory') continue
      result.set(path, file)
    }
    return result
  }

  #add({ entry, content }: LayerItem): void {
    const names = entry.path.split('/').filter((name) => name !== '' && name !== '.')
    const clean: string[] = []
    for (const name of names) {
      if (name === '..') clean.pop()
      else clean.push(name)
    }
    const name = clean.pop()
    if (name === undefined) return
    const folder = real(this.#upper, clean)
    this.#makeFolders(folder)
    const path = `${folder}/${name}`
    if (name === '.wh..wh..opq') this.#opaque.add(folder)
    else if (name.startsWith('.wh.')) this.#whiteouts.add(`${folder}/${name.slice(4)}`)
    else if (entry.kind === 'hard-link') this.#link(path, entry.linkTarget, entry.mode, entry.uid)
    else {
      const { kind, mode, uid, linkTarget: target } = entry
      if (kind !== 'directory' || this.#upper.get(path)?.kind !== 'directory') removeTree(this.#upper, path)
      const text = Buffer.from(content).toString()
      this.#upper.set(path, { kind, mode, uid, content: text, target, layer: this.#layer, isImplied: false })
    }
  }

  #link(path: string, linkTarget: string, mode: number, uid: number): void {
    const names = linkTarget.split('/').filter((name) => name !== '' && name !== '.')
    const last = names.pop()
    if (last === undefined || last === '..') throw new ModelRefusal('a hard link to a directory')
    const target = `${real(this.#upper, names)}/${last}`
    const here = this.#upper.get(target)
    if (here?.kind === 'directory') throw new ModelRefusal('a hard link to a directory')
    if (here !== undefined) Object.assign(here, { mode, uid })
    if (here === undefined || target !== path) removeTree(this.#upper, path)
    const lower = { kind: 'hard-link', mode, uid, content: '', target, layer: this.#layer, isImplied: false }
    this.#upper.set(path, here ?? lower)
  }

  /** What was not in this layer must be in lower ones. */
  #resolveLinks(): void {
    for (const [path, { kind, target }] of this.#upper) {
      if (kind !== 'hard-link') continue
      const names = target.split('/').slice(1)
      const file = this.#lower.get(`${existing(this.#lower, names.slice(0, -1))}/${names.at(-1)}`)
      if (file === undefined || file.kind === 'directory') throw new ModelRefusal('a hard link to nothing')
      this.#upper.set(path, file)
    }
  }

  #makeFolders(path: string): void {
    const names = path.split('/').slice(1)
    for (let depth = 1; depth <= names.length; depth += 1) {
      const folder = `/${names.slice(0, depth).join('/')}`
      const file = this.#upper.get(folder)
      if (file !== undefined && file.kind !== 'directory') throw new ModelRefusal(`${folder} is a ${file.kind}`)
      if (file !== undefined) continue
      const implied = { kind: 'directory', mode: 0o755, uid: 0, content: '', target: '', isImplied: true }
      this.#upper.set(folder, { ...implied, layer: this.#layer })
    }
  }
}

/** Where folders lead when links are followed; what is not there is taken by its name. The root is the empty text. */
function real(tree: ModelTree, names: readonly string[], links = 0): string {
  let path = ''
  for (const [index, name] of names.entries()) {
    if (name === '..') {
      path = path.slice(0, Math.max(path.lastIndexOf('/'), 0))
      continue
    }
    const file = tree.get(`${path}/${name}`)
    if (file?.kind !== 'symbolic-link') {
      path = `${path}/${name}`
      continue
    }
    if (links === 40) throw new ModelRefusal('too many links')
    const start = file.target.startsWith('/') ? [] : path.split('/').slice(1)
    const target = file.target.split('/').filter((part) => part !== '' && part !== '.')
    return real(tree, [...start, ...target, ...names.slice(index + 1)], links + 1)
  }
  return path
}

/** {@link real} where every folder on the way must be one, as for the kernel. */
function existing(tree: ModelTree, names: readonly string[], links = 0): string {
  let path = ''
  for (const [index, name] of names.entries()) {
    if (name === '..') {
      path = path.slice(0, Math.max(path.lastIndexOf('/'), 0))
      continue
    }
    const file = tree.get(`${path}/${name}`)
    if (file?.kind === 'directory') {
      path = `${path}/${name}`
      continue
    }
    if (file?.kind !== 'symbolic-link' || links === 40) throw new ModelRefusal(`${path}/${name} is no directory`)
    const start = file.target.startsWith('/') ? [] : path.split('/').slice(1)
    const target = file.target.split('/').filter((part) => part !== '' && part !== '.')
    return existing(tree, [...start, ...target, ...names.slice(index + 1)], links + 1)
  }
  return path
}

function removeTree(tree: ModelTree, path: string): void {
  tree.delete(path)
  removeContent(tree, path)
}

function removeContent(tree: ModelTree, path: string): void {
  for (const each of [...tree.keys()]) if (each.startsWith(`${path}/`)) tree.delete(each)
}
