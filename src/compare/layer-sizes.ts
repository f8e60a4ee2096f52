import type { Digest } from '../image/digest.ts'
import type { Image } from '../image/image.ts'
import type { ImageWithTree } from './measurable-image.ts'
import { layerInstructions, wasteByLayer } from './waste.ts'

/** One layer of an image: what it costs, and what made it. */
export interface LayerSize {
  readonly digest: Digest
  /** The line of the Dockerfile, as far as the history tells it. */
  readonly instruction: string
  readonly compressedBytes: number
  /** Of its plain tar. */
  readonly unpackedBytes: number
  /** Of its files that later layers delete or replace. */
  readonly wasteBytes: number
  /** Whether the other image has it too. */
  readonly isShared: boolean
}

/** The layers of an image, lowest first. */
export function layerSizes(
  { image, tree }: ImageWithTree,
  other: Pick<Image, 'layers'> | undefined,
): readonly LayerSize[] {
  const instructions = layerInstructions(image)
  const waste = new Map(wasteByLayer(tree, image).map(({ layer, sizeBytes }) => [layer, sizeBytes]))
  const there = new Set(other?.layers.map(({ descriptor }) => descriptor.digest))
  return image.layers.map(({ descriptor }, index) => ({
    digest: descriptor.digest,
    instruction: instructions[index] ?? '',
    compressedBytes: descriptor.size,
    unpackedBytes: tree.layers[index]?.index.tarBytes ?? 0,
    wasteBytes: waste.get(index) ?? 0,
    isShared: there.has(descriptor.digest),
  }))
}
