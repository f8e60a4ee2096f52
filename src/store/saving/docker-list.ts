import type { Descriptor, Platform } from '../../image/descriptor.ts'
import { digestAlgorithm, digestHex, type Digest } from '../../image/digest.ts'
import { layerCompression } from '../../image/media-type.ts'
import type { ImageManifest } from '../../image/manifest.ts'
import { selectPlatform } from '../../image/platform.ts'
import { familiarReference, type Reference } from '../../image/reference.ts'
import type { SavedContent } from './saved-content.ts'

/** An image to be saved, and what it is to be called. */
export interface SavedImage {
  readonly descriptor: Descriptor
  /** A text is a name for image layouts only, which is written as it is: the tag that other tools know an image by. */
  readonly names: readonly (Reference | string)[]
}

/** Where content lies in a layout and in an archive. */
export function blobName(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`
}

/**
 * `manifest.json`, by which every Docker since 1.10, Podman and skopeo load an archive. It knows no indexes: of an index,
 * the image for `platform` is listed. Artifacts, which these tools do not load, are left out.
 *
 * @throws ImageError `no-platform`
 */
export function dockerList(images: readonly SavedImage[], content: SavedContent, platform: Platform): Uint8Array {
  const listed = new Map<Digest, { readonly manifest: ImageManifest; readonly tags: Set<string> }>()
  for (const { descriptor, names } of images) {
    const found = findImage(descriptor, content, platform)
    if (found === undefined) continue
    const item = listed.get(found.digest) ?? { manifest: found.manifest, tags: new Set() }
    // Docker refuses a list with a name that has no tag.
    for (const name of names)
      if (typeof name !== 'string' && name.tag !== undefined)
        item.tags.add(familiarReference({ ...name, digest: undefined }))
    listed.set(found.digest, item)
  }
  const list = [...listed.values()].map(({ manifest, tags }) => ({
    Config: blobName(manifest.config.digest),
    RepoTags: tags.size === 0 ? null : [...tags],
    Layers: manifest.layers.map(({ digest }) => blobName(digest)),
  }))
  return Buffer.from(JSON.stringify(list))
}

function findImage(
  root: Descriptor,
  { manifests }: SavedContent,
  platform: Platform,
): { readonly digest: Digest; readonly manifest: ImageManifest } | undefined {
  let descriptor = root
  for (let raw = manifests.get(descriptor.digest); raw !== undefined; raw = manifests.get(descriptor.digest)) {
    const { document } = raw
    if (document.kind === 'image') {
      const isImage = document.layers.every(({ mediaType }) => layerCompression(mediaType) !== undefined)
      return isImage ? { digest: descriptor.digest, manifest: document } : undefined
    }
    descriptor = selectPlatform(document, platform)
  }
  return undefined
}
