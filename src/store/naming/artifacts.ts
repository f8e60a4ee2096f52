import type { Descriptor } from '../../image/descriptor.ts'
import type { ManifestDocument } from '../../image/manifest.ts'

/**
 * The descriptor of an artifact as distribution-spec's "Listing Referrers" wants it: with what tells readers whether it is
 * of interest to them.
 */
export function referrerOf({ mediaType, digest, size }: Descriptor, document: ManifestDocument): Descriptor {
  const artifactType = document.artifactType ?? (document.kind === 'image' ? document.config.mediaType : undefined)
  return {
    mediaType,
    digest,
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(document.annotations === undefined ? {} : { annotations: document.annotations }),
  }
}
