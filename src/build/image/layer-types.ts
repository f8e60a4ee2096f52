import type { Descriptor } from '../../image/descriptor.ts'
import { isNonDistributable, layerCompression, mediaTypes } from '../../image/media-type.ts'
import { sorted } from './encode-config.ts'

const ociForeignGzip = 'application/vnd.oci.image.layer.nondistributable.v1.tar+gzip'

const ociOfDocker: ReadonlyMap<string, string> = new Map([
  [mediaTypes.dockerLayer, mediaTypes.ociLayer],
  [mediaTypes.dockerLayerGzip, mediaTypes.ociLayerGzip],
  [mediaTypes.dockerLayerForeign, ociForeignGzip],
])

const dockerOfOci: ReadonlyMap<string, string> = new Map(
  [...ociOfDocker].map(([docker, oci]) => [oci, docker] as const),
)

/** Annotations that builders and stores leave on layers for themselves. */
const privateAnnotation = /^(?:wherry|buildkit|containerd\.io)[./]/

/** Whether a manifest of Docker's schema 2 can list this layer: it has no type for zstd. */
export function fitsDockerManifest(layer: Descriptor): boolean {
  return layerCompression(layer.mediaType) !== 'zstd' && (!isNonDistributable(layer.mediaType) || hasDockerType(layer))
}

function hasDockerType({ mediaType }: Descriptor): boolean {
  return ociOfDocker.has(mediaType) || dockerOfOci.has(mediaType)
}

/** A layer's descriptor as a manifest lists it: all of one family of types, and nothing that only a store is to know. */
export function layerEntry(layer: Descriptor, ociMediaTypes: boolean): Descriptor {
  const { digest, size, urls } = layer
  const types = ociMediaTypes ? ociOfDocker : dockerOfOci
  const annotations = Object.entries(layer.annotations ?? {}).filter(([name]) => !privateAnnotation.test(name))
  return {
    mediaType: types.get(layer.mediaType) ?? layer.mediaType,
    digest,
    size,
    ...(urls === undefined || urls.length === 0 ? {} : { urls }),
    ...(annotations.length === 0 ? {} : { annotations: sorted(Object.fromEntries(annotations)) }),
  }
}
