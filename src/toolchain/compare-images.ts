import type { Card } from '../compare/card.ts'
import { diffImages, type ImageDifferences } from '../compare/diff-images.ts'
import { layerSizes, type LayerSize } from '../compare/layer-sizes.ts'
import { lookInto, type MeasurableImage } from '../compare/measurable-image.ts'
import { measureImages } from '../compare/measure-images.ts'
import type { Measure } from '../compare/measure.ts'
import { measureNewBytes, type PresentImage } from '../compare/new-bytes.ts'
import { openFileTree } from '../filetree/file-tree.ts'
import type { Platform } from '../image/descriptor.ts'
import type { Image } from '../image/image.ts'
import { hostPlatform } from '../image/platform.ts'
import type { Job } from '../std/job.ts'
import { findCompared, parseComparedName, type ComparedImage } from './compared-image.ts'
import { findPlaced } from './placed-image.ts'
import type { Toolchain } from './toolchain.ts'

/** How two images are compared. */
export interface CompareSettings {
  /** By default that of this machine. */
  readonly platform?: Platform
  /** Images that a node has already: the card tells what it pulls beside them. */
  readonly present?: readonly string[]
  /** Whether it is told what is different, file by file, package by package. */
  readonly differences?: boolean
}

/**
 * Compares two images: their sizes, files, packages, and what of them matters for security.
 *
 * @param before a name in the store, `docker://REF` for a registry, `oci:DIR`, `oci-archive:FILE`, `docker-archive:FILE`, `dir:FOLDER`, or
 *   a path with a slash
 * @throws ImageError `not-found`, `no-platform`, …; ToolchainError `bad-request`; CompareError `unreadable-folder`
 */
export async function compareImages(
  before: string,
  after: string,
  settings: CompareSettings,
  toolchain: Toolchain,
  job: Job,
): Promise<Card> {
  const { platform = hostPlatform(), present = [], differences = false } = settings
  const { store, folders, environment } = toolchain
  await using opened = new AsyncDisposableStack()
  const registries = (): ReturnType<Toolchain['registries']> => toolchain.registries(false)
  const places = { store: async () => store, registries, environment, opened }
  const find = async (name: string): Promise<ComparedImage> =>
    await findCompared(await parseComparedName(name), (place) => findPlaced(place, places, job), platform, job)
  const found = { before: await find(before), after: await find(after) }
  const others: (ComparedImage & PresentImage)[] = []
  for (const name of present) others.push({ name, ...(await find(name)) })
  const asked = { present: others, differences, layers: false }
  const compared = await compareFound(found.before, found.after, asked, folders.layers, job)
  return {
    before: { name: before, digest: found.before.digest },
    after: { name: after, digest: found.after.digest },
    ...{ measures: compared.measures, differences: compared.differences },
  }
}

/** What two images come to. */
export interface Comparison {
  readonly measures: readonly Measure[]
  /** Undefined unless it was asked for. */
  readonly differences: ImageDifferences | undefined
  /** Undefined unless it was asked for. */
  readonly layers: { readonly before: readonly LayerSize[]; readonly after: readonly LayerSize[] } | undefined
}

/** Compares two images that were found. @param layersFolder of layer indexes */
export async function compareFound(
  before: Pick<ComparedImage, 'image'>,
  after: Pick<ComparedImage, 'image'>,
  asked: { readonly present: readonly PresentImage[]; readonly differences: boolean; readonly layers: boolean },
  layersFolder: string,
  job: Job,
): Promise<Comparison> {
  await using beforeFiles = await openFiles(before.image, layersFolder, job)
  await using afterFiles = await openFiles(after.image, layersFolder, job)
  const counted = measureImages(beforeFiles, afterFiles)
  const { present, differences, layers } = asked
  return {
    measures: present.length === 0 ? counted : withRow(counted, measureNewBytes(before.image, after.image, present)),
    differences: differences ? diffImages(beforeFiles, afterFiles) : undefined,
    layers: layers
      ? { before: layerSizes(beforeFiles, after.image), after: layerSizes(afterFiles, before.image) }
      : undefined,
  }
}

/** What is counted of two images. @param layersFolder of layer indexes */
export async function countImages(
  before: ComparedImage['image'],
  after: ComparedImage['image'],
  layersFolder: string,
  job: Job,
): Promise<readonly Measure[]> {
  const nothing = { present: [], differences: false, layers: false }
  return (await compareFound({ image: before }, { image: after }, nothing, layersFolder, job)).measures
}

async function openFiles(
  image: Pick<Image, 'config' | 'layers'>,
  layersFolder: string,
  job: Job,
): Promise<MeasurableImage & AsyncDisposable> {
  await using opened = new AsyncDisposableStack()
  const tree = opened.use(await openFileTree(image, layersFolder, job))
  const measured = await lookInto(image, tree, job)
  const held = opened.move()
  return { ...measured, [Symbol.asyncDispose]: () => held.disposeAsync() }
}

/** The row behind those of its group. */
function withRow(measures: readonly Measure[], row: Measure): readonly Measure[] {
  const group = row.id.split('.', 1)[0]
  const place = measures.findLastIndex(({ id }) => id.startsWith(`${group}.`)) + 1
  return measures.toSpliced(place, 0, row)
}
