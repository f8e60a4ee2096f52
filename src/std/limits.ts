/** The bounds on what enters. Each refuses with an error that names it; none truncates. */
export interface Limits {
  /** Manifests, indexes and configs: the size that registries themselves accept (distribution-spec, "Pushing Manifests"). */
  readonly manifestBytesMax: number
  /** Layers of one image. */
  readonly layersMax: number
  /** Manifests listed in one index. */
  readonly indexEntriesMax: number
  /** A path name or link target inside a layer: Linux' own PATH_MAX. */
  readonly pathBytesMax: number
  /** One PAX or GNU extension header of a tar entry. */
  readonly tarExtensionBytesMax: number
  /** A layer, decompressed. */
  readonly layerBytesMax: number
  /** Entries of one layer. */
  readonly layerEntriesMax: number
  /** The list of members at the end of a zip archive: it has about 100 bytes for each. */
  readonly zipDirectoryBytesMax: number
  /** A small answer of a registry: an error body, a token, a page of tags. */
  readonly answerBytesMax: number
  /** Blobs in transfer at once. */
  readonly transfersMax: number
  /** The signed index of a suite of a Debian archive: those of Debian itself have 200 KB. */
  readonly releaseBytesMax: number
  /** A list of a Debian archive's packages, decompressed: those of Debian itself have 50 MB. */
  readonly packageListBytesMax: number
  /** The record of one Debian package. */
  readonly stanzaBytesMax: number
}

const KIB = 1024
const MIB = 1024 * KIB
const GIB = 1024 * MIB

/** Far above what real images need, and far below what a machine cannot take. */
export const defaultLimits: Limits = {
  manifestBytesMax: 4 * MIB,
  layersMax: 1000,
  indexEntriesMax: 1000,
  pathBytesMax: 4096,
  tarExtensionBytesMax: MIB,
  layerBytesMax: 256 * GIB,
  layerEntriesMax: 10_000_000,
  zipDirectoryBytesMax: 64 * MIB,
  answerBytesMax: 4 * MIB,
  transfersMax: 6,
  releaseBytesMax: 16 * MIB,
  packageListBytesMax: GIB,
  stanzaBytesMax: 4 * MIB,
}

/** Whether something that came from elsewhere is limits, each of them. */
export function isLimits(value: unknown): value is Limits {
  if (typeof value !== 'object' || value === null) return false
  const given = new Map<string, unknown>(Object.entries(value))
  return Object.keys(defaultLimits).every((name) => typeof given.get(name) === 'number')
}
