import type { Compression } from '../archive/compression.ts'

/** The media types of image-spec 1.1 (media-types.md) and of Docker's schema 2. */
export const mediaTypes = {
  ociManifest: 'application/vnd.oci.image.manifest.v1+json',
  ociIndex: 'application/vnd.oci.image.index.v1+json',
  ociConfig: 'application/vnd.oci.image.config.v1+json',
  ociEmpty: 'application/vnd.oci.empty.v1+json',
  ociLayer: 'application/vnd.oci.image.layer.v1.tar',
  ociLayerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  ociLayerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerManifestList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
  dockerLayer: 'application/vnd.docker.image.rootfs.diff.tar',
  dockerLayerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  dockerLayerForeign: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  dockerManifestSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  dockerManifestSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const

/** OCI's index and Docker's manifest list. */
export function isIndexMediaType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociIndex || mediaType === mediaTypes.dockerManifestList
}

/** OCI's and Docker's manifest of one image. */
export function isImageManifestMediaType(mediaType: string): boolean {
  return mediaType === mediaTypes.ociManifest || mediaType === mediaTypes.dockerManifest
}

/** Manifests and indexes: what a registry serves under `/manifests/` and an index may list. */
export function isManifestMediaType(mediaType: string): boolean {
  return isImageManifestMediaType(mediaType) || isIndexMediaType(mediaType)
}

/**
 * How a layer of this media type is compressed, and undefined for what is no file system layer (an artifact's content).
 * Non-distributable types count by their suffix, as image-spec's layer.md asks.
 */
export function layerCompression(mediaType: string): Compression | undefined {
  if (mediaType === mediaTypes.dockerLayer) return 'none'
  if (mediaType === mediaTypes.dockerLayerGzip || mediaType === mediaTypes.dockerLayerForeign) return 'gzip'
  const match = /^application\/vnd\.oci\.image\.layer(?:\.nondistributable)?\.v1\.tar(?:\+(gzip|zstd))?$/.exec(
    mediaType,
  )
  if (match === null) return undefined
  if (match[1] === undefined) return 'none'
  return match[1] === 'zstd' ? 'zstd' : 'gzip'
}

/** Layers that image-spec lets a registry leave out; their bytes lie at `urls`, which this program never follows. */
export function isNonDistributable(mediaType: string): boolean {
  return mediaType === mediaTypes.dockerLayerForeign || mediaType.includes('.layer.nondistributable.')
}
