import type { Image } from '../image/image.ts'
import type { Measure, MeasuredValue } from './measure.ts'

/** An image that is there already. */
export interface PresentImage {
  readonly name: string
  readonly image: Pick<Image, 'layers'>
}

/** How many bytes an image adds where others are already: its layers that none of them has. */
export function newBytes(image: Pick<Image, 'layers'>, present: readonly Pick<Image, 'layers'>[]): number {
  const there = new Set(present.flatMap(({ layers }) => layers.map(({ descriptor }) => descriptor.digest)))
  const added = image.layers.filter(({ descriptor }) => !there.has(descriptor.digest))
  return added.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
}

/** The row of what a node pulls that has some images already. */
export function measureNewBytes(
  before: Pick<Image, 'layers'>,
  after: Pick<Image, 'layers'>,
  present: readonly PresentImage[],
): Measure {
  const images = present.map(({ image }) => image)
  const value = (image: Pick<Image, 'layers'>): MeasuredValue => {
    return { value: newBytes(image, images), runs: 1, spread: undefined }
  }
  return {
    ...{ id: 'size.new', name: 'new bytes', unit: 'bytes', better: 'lower', note: undefined },
    ...{ before: value(before), after: value(after) },
    method: `layers, compressed, that a node does not have that has ${present.map(({ name }) => name).join(', ')}`,
  }
}
