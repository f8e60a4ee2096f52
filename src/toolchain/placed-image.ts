import { tmpdir } from 'node:os'
import type { ContentSource, ReferrerSource } from '../image/content.ts'
import type { Descriptor } from '../image/descriptor.ts'
import type { Reference } from '../image/reference.ts'
import type { RegistryClient } from '../registry-client/client.ts'
import type { Job } from '../std/job.ts'
import { openImageArchive } from '../store/image-archive.ts'
import type { LayoutStore } from '../store/layout-store.ts'
import { findArchivedImage } from './archived-image.ts'
import { findKeptImage } from './local-image.ts'
import type { PlaceName } from './place-name.ts'

/** An image at some place. */
export interface PlacedImage {
  readonly source: ContentSource & ReferrerSource
  readonly descriptor: Descriptor
  /** What it is called there, where that is the name of an image. */
  readonly reference: Reference | undefined
}

/** What finding images takes. What is opened for it is closed by `opened`. */
export interface ImagePlaces {
  readonly store: () => Promise<LayoutStore>
  readonly registries: () => Promise<RegistryClient>
  readonly environment: NodeJS.ProcessEnv
  readonly opened: AsyncDisposableStack
}

/** Finds an image. @throws ImageError `not-found` and whatever the place throws. */
export async function findPlaced(place: PlaceName, places: ImagePlaces, job: Job): Promise<PlacedImage> {
  switch (place.kind) {
    case 'registry': {
      const source = (await places.registries()).repository(place.reference)
      return { source, reference: place.reference, descriptor: await source.resolve(place.reference, job) }
    }
    case 'store': {
      const source = await places.store()
      return { source, ...(await findKeptImage(source, place.name, job)) }
    }
    case 'oci':
    case 'oci-archive':
    case 'docker-archive': {
      const { path, name } = place
      const archive = places.opened.use(await openImageArchive(path, spoolFolder(places.environment), job))
      const { descriptor, reference } = findArchivedImage(archive, name, path)
      return { source: archive, descriptor, reference }
    }
  }
}

/** Where archives that must be unpacked take their space. `/tmp` is often in memory. */
function spoolFolder(environment: NodeJS.ProcessEnv): string {
  return environment['TMPDIR'] ?? (tmpdir() === '/tmp' ? '/var/tmp' : tmpdir())
}
