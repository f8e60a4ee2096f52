import type { Image } from '../image/image.ts'
import { DebianError } from '../debian/errors.ts'
import { diffConfigurations, type ConfigurationChange } from './differences/configurations.ts'
import { diffFiles, type FileChanges } from './differences/files.ts'
import { diffPackages, type PackageChange } from './differences/packages.ts'
import type { MeasurableImage } from './measurable-image.ts'
import { newBytes } from './new-bytes.ts'

/** What two images have in common, by layer. */
export interface SharedLayers {
  readonly layers: number
  readonly compressedBytes: number
  /** What a node that has the first image pulls for the second. */
  readonly newBytes: number
}

/** What is different in two images. Of an image and itself all lists are empty. */
export interface ImageDifferences {
  readonly files: FileChanges
  /** Undefined where the packages of one cannot be read. */
  readonly packages: readonly PackageChange[] | undefined
  readonly configuration: readonly ConfigurationChange[]
  readonly shared: SharedLayers
}

/** Tells two images apart: files with their kind, mode, owner and content, packages by purl, configuration, layers. */
export function diffImages(before: MeasurableImage, after: MeasurableImage): ImageDifferences {
  const [one, other] = [before.packages, after.packages]
  return {
    files: diffFiles(before, after),
    packages: one instanceof DebianError || other instanceof DebianError ? undefined : diffPackages(one, other),
    configuration: diffConfigurations(before.image.config, after.image.config),
    shared: sharedLayers(before.image, after.image),
  }
}

function sharedLayers(before: Pick<Image, 'layers'>, after: Pick<Image, 'layers'>): SharedLayers {
  const there = new Set(before.layers.map(({ descriptor }) => descriptor.digest))
  const shared = after.layers.filter(({ descriptor }) => there.has(descriptor.digest))
  const compressedBytes = shared.reduce((sum, { descriptor }) => sum + descriptor.size, 0)
  return { layers: shared.length, compressedBytes, newBytes: newBytes(after, [before]) }
}
