import { ImageError } from '../image/errors.ts'
import { familiarReference, formatReference, parseReference } from '../image/reference.ts'
import { nearest } from '../std/nearest.ts'
import type { ImageArchive } from '../store/image-archive.ts'

type ArchivedImage = ImageArchive['images'][number]

/**
 * The image of a layout or archive that a name means: the name as it stands there, or the same written otherwise. Without
 * a name, the only image that there is.
 *
 * @throws ImageError `not-found`, with the names that there are
 */
export function findArchivedImage(archive: ImageArchive, name: string | undefined, title: string): ArchivedImage {
  const { images } = archive
  const [first] = images
  if (first === undefined) throw new ImageError('not-found', `${title} holds no image`)
  if (name === undefined) {
    const others = images.filter((image) => image.descriptor.digest !== first.descriptor.digest)
    if (others.length === 0) return first
    throw new ImageError('not-found', `${title} holds several images: which one is meant?`, {
      hint: `Put a name behind it: ${namesOf(images).join(', ')}.`,
    })
  }
  const full = fullName(name)
  const found =
    images.find((image) => image.name === name) ??
    images.find((image) => image.reference !== undefined && formatReference(image.reference) === full) ??
    images.find((image) => image.descriptor.digest === name)
  if (found !== undefined) return found
  const names = namesOf(images)
  const meant = nearest(name, names)
  throw new ImageError('not-found', `${title} has no image ${name}`, {
    hint: meant === undefined ? `It has ${names.join(', ')}.` : `Did you mean ${meant}?`,
  })
}

/** How the images of a layout or archive are named, for messages. */
function namesOf(images: readonly ArchivedImage[]): readonly string[] {
  return images.map(({ name, reference, descriptor }) =>
    reference === undefined ? (name ?? descriptor.digest) : familiarReference(reference),
  )
}

function fullName(name: string): string | undefined {
  try {
    return formatReference(parseReference(name))
  } catch (error) {
    if (error instanceof ImageError) return undefined
    throw error
  }
}
