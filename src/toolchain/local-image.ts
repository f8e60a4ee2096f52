import type { Descriptor } from '../image/descriptor.ts'
import { ImageError } from '../image/errors.ts'
import { parseReference, type Reference } from '../image/reference.ts'
import type { Job } from '../std/job.ts'
import { isImageId, type LayoutStore } from '../store/layout-store.ts'

/** An image of the store, as the user named it. */
export interface LocalImage {
  /** Undefined when it was named by its ID. */
  readonly reference: Reference | undefined
  readonly descriptor: Descriptor
}

/**
 * Finds an image of the store by its name or by the beginning of its ID. Of a text that could be either, the name counts
 * first, as with docker.
 *
 * @throws ImageError `not-found`, `bad-name`; StoreError `ambiguous-id`
 */
export async function findLocalImage(store: LayoutStore, text: string, job: Job): Promise<LocalImage> {
  try {
    const reference = parseReference(text)
    return { reference, descriptor: await store.resolve(reference, job) }
  } catch (noSuchName) {
    const isOther = !(noSuchName instanceof ImageError) || !['not-found', 'bad-name'].includes(noSuchName.code)
    if (isOther || !isImageId(text)) throw noSuchName
    try {
      return { reference: undefined, descriptor: await store.resolveId(text, job) }
    } catch (noSuchId) {
      throw noSuchId instanceof ImageError ? noSuchName : noSuchId
    }
  }
}

/**
 * {@link findLocalImage} for those who read the image from its beginning to its end: it stays until the store is closed, also when its name
 * is given to another one and what it had is pruned.
 */
export async function findKeptImage(store: LayoutStore, text: string, job: Job): Promise<LocalImage> {
  let found = await findLocalImage(store, text, job)
  for (;;) {
    await store.keep(found.descriptor, job)
    // Who has the name after that had it before any prune that did not know of us.
    const again = await findLocalImage(store, text, job)
    if (again.descriptor.digest === found.descriptor.digest) return again
    found = again
  }
}
