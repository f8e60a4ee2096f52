import type { FileTree } from '../filetree/file-tree.ts'
import type { LayerIndex } from '../filetree/layer-index.ts'
import { historyInstruction, joinHistory } from '../image/history.ts'
import type { Image } from '../image/image.ts'
import { encodePathText } from '../std/path-text.ts'

/** A file of a layer that nobody sees: a later layer deletes or replaces it. It is pulled and stored all the same. */
export interface WastedFile {
  readonly path: string
  readonly sizeBytes: number
  /** The layer that has it, counted from the lowest, 0. */
  readonly layer: number
  readonly fate: 'deleted' | 'replaced'
  /** The layer that hides it. */
  readonly hiddenBy: number
}

/** What a layer has in vain. */
export interface LayerWaste {
  readonly layer: number
  /** The line of the Dockerfile that made the layer, as far as the history tells it. */
  readonly instruction: string
  readonly sizeBytes: number
  readonly files: number
}

/** Every wasted file with content, layer by layer. A file with several names is wasted when none of them is left; it counts once. */
export function* wastedFiles(tree: FileTree): Generator<WastedFile> {
  const indexes = tree.layers.map(({ index }) => index)
  const visible = visibleContent(tree)
  for (const [layer, index] of indexes.entries()) {
    for (let number = 0; number < index.entryCount; number += 1) {
      if (index.kindOf(number) !== 'file' || index.inodeOf(number) !== number) continue
      const { storedBytes, dataOffsetBytes } = index.entryAt(number, '')
      if (storedBytes === 0 || visible[layer]?.has(dataOffsetBytes) === true) continue
      const path = index.pathOf(number)
      yield { path, sizeBytes: storedBytes, layer, ...whatHides(indexes, layer, path) }
    }
  }
}

/** The same, the largest first. */
export function largestWaste(tree: FileTree): readonly WastedFile[] {
  return [...wastedFiles(tree)].toSorted((one, other) => other.sizeBytes - one.sizeBytes)
}

/** What each layer has in vain, for those that have something; the most wasteful first. What a flattened copy would save is the sum. */
export function wasteByLayer(tree: FileTree, image: Pick<Image, 'config' | 'layers'>): readonly LayerWaste[] {
  const instructions = layerInstructions(image)
  const sums = new Map<number, { sizeBytes: number; files: number }>()
  for (const { layer, sizeBytes } of wastedFiles(tree)) {
    const sum = sums.get(layer) ?? { sizeBytes: 0, files: 0 }
    sums.set(layer, { sizeBytes: sum.sizeBytes + sizeBytes, files: sum.files + 1 })
  }
  const layers = Array.from(sums, ([layer, sum]) => ({ layer, instruction: instructions[layer] ?? '', ...sum }))
  return layers.toSorted((one, other) => other.sizeBytes - one.sizeBytes || one.layer - other.layer)
}

/** The line of the Dockerfile that made each layer, lowest first; empty where the history does not tell it. */
export function layerInstructions({ config, layers }: Pick<Image, 'config' | 'layers'>): readonly string[] {
  const descriptors = layers.map(({ descriptor }) => descriptor)
  const diffIds = layers.map(({ diffId }) => diffId)
  const lines = joinHistory(descriptors, diffIds, config.history ?? [])
  return lines.flatMap(({ layer, createdBy }) => (layer === undefined ? [] : [historyInstruction(createdBy)]))
}

/** For each layer where in its tar the files begin that the merged view shows under at least one name. */
function visibleContent(tree: FileTree): readonly ReadonlySet<number>[] {
  const visible = tree.layers.map(() => new Set<number>())
  for (const file of tree.entries()) {
    if (file.kind === 'file') visible[file.layer]?.add(file.dataOffsetBytes)
  }
  return visible
}

function whatHides(
  indexes: readonly LayerIndex[],
  layer: number,
  path: string,
): { readonly fate: WastedFile['fate']; readonly hiddenBy: number } {
  for (let hiddenBy = layer + 1; hiddenBy < indexes.length; hiddenBy += 1) {
    const index = indexes[hiddenBy]
    const fate = index === undefined ? undefined : fateIn(index, path)
    if (fate !== undefined) return { fate, hiddenBy }
  }
  // Another name of the same layer, or an order of layers that no look at single paths explains.
  return { fate: 'replaced', hiddenBy: layer }
}

/** What a layer does to a lower layer's path: undefined for nothing. */
function fateIn(index: LayerIndex, path: string): WastedFile['fate'] | undefined {
  const names = path.slice(1).split('/')
  let number = 0
  let isHidden = index.isOpaque(0)
  for (const [depth, name] of names.entries()) {
    const child = index.findChild(number, encodePathText(name))
    if (child === undefined) return isHidden ? 'deleted' : undefined
    const kind = index.kindOf(child)
    if (kind === 'whiteout') return 'deleted'
    if (depth === names.length - 1 || kind !== 'directory') return 'replaced'
    number = child
    isHidden ||= index.isOpaque(child)
  }
  return undefined
}
