import { formatReference, type Reference } from '../../image/reference.ts'
import { offeredPlatforms, type Inspection } from './inspection.ts'

/** An inspection for programs. Keys are stable; what is not known is null. */
export function inspectionToJson(inspection: Inspection, reference: Reference | undefined) {
  const { top, manifest, descriptor, config, platform, lines } = inspection
  return {
    reference: reference === undefined ? null : formatReference(reference),
    index:
      top.document.kind === 'index'
        ? { digest: top.descriptor.digest, platforms: offeredPlatforms(top.document) }
        : null,
    digest: descriptor.digest,
    mediaType: manifest.mediaType,
    artifactType: manifest.artifactType ?? null,
    subject: manifest.subject?.digest ?? null,
    annotations: manifest.annotations ?? {},
    configDigest: manifest.config.digest,
    platform: platform ?? null,
    created: config?.created ?? null,
    author: config?.author ?? null,
    size: manifest.layers.reduce((sum, layer) => sum + layer.size, 0),
    config: config?.config ?? null,
    layers: lines.flatMap(({ layer, diffId, createdBy }) =>
      layer === undefined
        ? []
        : [
            {
              digest: layer.digest,
              diffId: diffId ?? null,
              mediaType: layer.mediaType,
              size: layer.size,
              createdBy: createdBy ?? null,
            },
          ],
    ),
    history: config?.history ?? [],
  }
}
