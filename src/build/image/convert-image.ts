import type { Layer } from '../../image/image.ts'
import { isNonDistributable, layerCompression } from '../../image/media-type.ts'
import type { Job } from '../../std/job.ts'
import type { BuiltImage } from '../built-image.ts'
import type { LayerCompression } from '../options/compression-fields.ts'
import type { ConversionFolders } from './convert-layer.ts'

/** The image with its layers compressed as an output asks for: its own, and with `force` those of the base image too. */
export async function convertImage(
  image: BuiltImage,
  { format, level, force }: LayerCompression,
  folders: ConversionFolders,
  job: Job,
): Promise<BuiltImage> {
  if (format === undefined) return image
  const { convertLayer } = await import('./convert-layer.ts')
  const layers: Layer[] = []
  for (const [number, layer] of image.layers.entries()) {
    const { mediaType } = layer.descriptor
    const stays =
      (!force && number < image.baseLayers) || isNonDistributable(mediaType) || layerCompression(mediaType) === format
    layers.push(stays ? layer : await convertLayer(layer, { format, level }, folders, job))
  }
  return { ...image, layers }
}
