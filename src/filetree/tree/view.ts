import { FileTreeError } from '../errors.ts'
import type { LayerIndex } from '../layer-index.ts'
import { partKey, type HardLinks } from './hard-links.ts'
import { isDirectory, mergedRoot, type Merged } from './merge.ts'
import { resolvePlace } from './resolve.ts'

/** The merged view over the indexes of an image's layers. */
export interface View {
  /** Undefined when there are no layers. */
  readonly root: Merged | undefined
  readonly hardLinks: HardLinks
}

/**
 * Opens the view. Hard links to lower layers are followed now, from the lowest layer up, each once: links that lead through
 * links through links would else take longer with every layer.
 *
 * @param indexes lowest first.
 * @throws FileTreeError `bad-layer` for a hard link that leads nowhere or to a directory
 */
export function createView(indexes: readonly LayerIndex[]): View {
  const hardLinks = new Map<number, Merged>()
  for (const [layer, index] of indexes.entries()) {
    const root = mergedRoot(indexes.slice(0, layer))
    for (let number = 0; number < index.entryCount; number += 1) {
      if (index.kindOf(number) !== 'hard-link') continue
      const { path, linkTarget } = index.entryAt(number)
      const found = resolvePlace(root, hardLinks, linkTarget, false)?.merged
      if (found === undefined || isDirectory(found)) throw brokenLink(index, path, linkTarget)
      hardLinks.set(partKey({ layer, number }), found)
    }
  }
  return { root: mergedRoot(indexes), hardLinks }
}

function brokenLink({ diffId }: LayerIndex, path: string, target: string): FileTreeError {
  const link = `${JSON.stringify(path)} is a hard link to ${JSON.stringify(target)}`
  return new FileTreeError('bad-layer', `layer ${diffId}: ${link}, which is no file of it or of lower layers`, {
    hint: 'No container runtime could unpack this layer. Build the image again.',
  })
}
