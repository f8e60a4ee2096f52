import type { Attestation } from './attest/attestation.ts'
import type { BuiltImage } from './built-image.ts'
import type { ExportReport } from './export-images.ts'
import { formatPlatform } from '../image/platform.ts'
import { formatReference } from '../image/reference.ts'

/**
 * What `--metadata-file` holds, with buildx's keys, as JSON: digests and descriptor of the image, its names, and the
 * provenance where there is one, by platform where there are several.
 */
export function buildMetadata(
  { image, names }: ExportReport,
  attestations: ReadonlyMap<BuiltImage, readonly Attestation[]>,
): Readonly<Record<string, unknown>> {
  const provenances = [...attestations].flatMap(([{ platform }, each]) => {
    const found = each.find(({ predicateType }) => predicateType.startsWith('https://slsa.dev/provenance/'))
    return found === undefined ? [] : [{ platform, predicate: found.predicate }]
  })
  const [only] = image?.images ?? []
  return {
    ...Object.fromEntries(
      provenances.map(({ platform, predicate }) => [
        `buildx.build.provenance${attestations.size > 1 ? `/${formatPlatform(platform)}` : ''}`,
        predicate,
      ]),
    ),
    ...(image === undefined
      ? {}
      : {
          ...(only === undefined || image.images.length > 1
            ? {}
            : { 'containerimage.config.digest': only.config.digest }),
          'containerimage.descriptor': image.descriptor,
          'containerimage.digest': image.descriptor.digest,
        }),
    ...(names.length === 0 ? {} : { 'image.name': names.map(formatReference).join(',') }),
  }
}
