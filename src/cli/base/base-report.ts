import type { BuiltBase, BuiltBaseImage } from '../../base/build-base.ts'
import { sbomMediaTypes, type AttachedSbom } from '../../base/sbom.ts'
import type { PackageChange } from '../../base/update-lock.ts'
import { formatPlatform } from '../../image/platform.ts'
import { formatReference, type Reference } from '../../image/reference.ts'
import { plural } from '../../std/plural.ts'
import { formatSize } from '../../std/format-size.ts'
import { formatTable } from '../format/table.ts'
import type { Style } from '../../std/style.ts'

/** What there is to say about a base image that was made. */
export interface BaseReport {
  readonly references: readonly Reference[]
  readonly built: BuiltBase
  readonly sboms: readonly AttachedSbom[]
  /** Undefined unless the lock was moved. */
  readonly changes: readonly PackageChange[] | undefined
}

/** The result for people. */
export function reportToText({ references, built, sboms, changes }: BaseReport, style: Style): string {
  const { digest } = built.descriptor
  const names = references.map((reference) => `${formatReference({ ...reference, digest })}\n`)
  const head = names.length === 0 ? `${digest}\n` : names.join('')
  const images = built.images.map((image) => `\n${imageToText(image, built.images.length > 1, style)}`)
  const documents = sboms.length === 0 ? '' : '\nWith an SPDX and a CycloneDX document; see wherry push --referrers.\n'
  return [head, ...images, documents, changes === undefined ? '' : `\n${changesToText(changes)}`].join('')
}

function imageToText(
  { platform, descriptor, layers, packages }: BuiltBaseImage,
  isOneOfSeveral: boolean,
  style: Style,
): string {
  const sizeBytes = layers.reduce((sum, layer) => sum + layer.descriptor.size, 0)
  const parts = [
    `${formatSize(sizeBytes)} compressed`,
    plural(layers.length, 'layer'),
    plural(packages.length, 'package'),
  ]
  const title = `${style.bold(formatPlatform(platform))}  ${parts.join(', ')}\n`
  const own = isOneOfSeveral ? `${descriptor.digest}\n` : ''
  const columns = [
    { title: 'LAYER' },
    { title: 'SIZE', align: 'right' },
    { title: 'UNPACKED', align: 'right' },
    { title: 'PACKAGES', align: 'right' },
  ] as const
  const rows = layers.map((layer) => [
    layer.name,
    formatSize(layer.descriptor.size),
    formatSize(layer.tarBytes),
    String(layer.packages.length),
  ])
  return `${title}${own}${formatTable(columns, rows)}`
}

function changesToText(changes: readonly PackageChange[]): string {
  if (changes.length === 0) return 'Nothing has changed.\n'
  const rows = changes.map(({ name, from, to, vulnerabilities }) => [
    name,
    `${from ?? 'new'} → ${to ?? 'gone'}`,
    vulnerabilities.join(' '),
  ])
  const columns = [{ title: 'PACKAGE' }, { title: 'CHANGE' }, { title: 'FIXED, AS THE CHANGELOG SAYS' }]
  return `${plural(changes.length, 'package')} changed:\n${formatTable(columns, rows)}`
}

/** The result for programs. Keys are stable. */
export function reportToJson({ references, built, sboms, changes }: BaseReport): unknown {
  const { digest, mediaType, size } = built.descriptor
  return {
    references: references.map((reference) => formatReference({ ...reference, digest })),
    ...{ digest, mediaType, size },
    suite: built.lock.suite,
    images: built.images.map((image) => imageToJson(image, sboms)),
    changes:
      changes?.map(({ name, architectures, from, to, vulnerabilities }) => ({
        ...{ name, architectures, from: from ?? null, to: to ?? null, vulnerabilities },
      })) ?? null,
  }
}

function imageToJson(
  { platform, descriptor, layers, packages }: BuiltBaseImage,
  sboms: readonly AttachedSbom[],
): unknown {
  const own = sboms.filter(({ subject }) => subject.digest === descriptor.digest)
  return {
    platform: formatPlatform(platform),
    digest: descriptor.digest,
    size: layers.reduce((sum, layer) => sum + layer.descriptor.size, 0),
    layers: layers.map((layer) => ({
      name: layer.name,
      digest: layer.descriptor.digest,
      diffId: layer.diffId,
      size: layer.descriptor.size,
      unpackedSize: layer.tarBytes,
      packages: layer.packages.map(({ name }) => name),
    })),
    packages: packages.map(({ name, version, architecture, source, suite, file, reason }) => ({
      ...{ name, version, architecture, source: source.name, sourceVersion: source.version, suite },
      ...{ size: file.sizeBytes, sha256: file.sha256, reason },
    })),
    spdx: artifactOf(own, sbomMediaTypes.spdx),
    cycloneDx: artifactOf(own, sbomMediaTypes.cycloneDx),
  }
}

function artifactOf(sboms: readonly AttachedSbom[], wanted: AttachedSbom['mediaType']): string | null {
  return sboms.find(({ mediaType }) => mediaType === wanted)?.descriptor.digest ?? null
}
