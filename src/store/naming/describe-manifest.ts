import { literal, looseObject, optional, string, unknown } from 'valibot'
import type { Descriptor } from '../../image/descriptor.ts'
import { digestAlgorithm, digestOf, type Digest } from '../../image/digest.ts'
import { isManifestMediaType, mediaTypes } from '../../image/media-type.ts'
import { JsonError, parseJson } from '../../std/json.ts'

const outlineSchema = looseObject({
  schemaVersion: literal(2),
  mediaType: optional(string()),
  config: optional(unknown()),
  manifests: optional(unknown()),
})

/**
 * The descriptor of a manifest of which only the digest is known. Undefined when the bytes do not have that digest, or are
 * no manifest.
 */
export function describeManifest(digest: Digest, bytes: Uint8Array): Descriptor | undefined {
  if (digestOf(bytes, digestAlgorithm(digest)) !== digest) return undefined
  const mediaType = mediaTypeOf(bytes)
  return mediaType === undefined ? undefined : { mediaType, digest, size: bytes.length }
}

/** What a document says that it is. OCI documents need not say it: then it is known by its lists. */
function mediaTypeOf(bytes: Uint8Array): string | undefined {
  try {
    const { mediaType, config, manifests } = parseJson(bytes, outlineSchema, 'manifest')
    if (mediaType !== undefined) return isManifestMediaType(mediaType) ? mediaType : undefined
    if (manifests !== undefined) return mediaTypes.ociIndex
    return config === undefined ? undefined : mediaTypes.ociManifest
  } catch (error) {
    if (error instanceof JsonError) return undefined
    throw error
  }
}
