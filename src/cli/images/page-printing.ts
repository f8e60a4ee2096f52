import { imageFiles } from '../../compare/image-files.ts'
import { imageHtml } from '../../compare/image-html.ts'
import { layerSizes } from '../../compare/layer-sizes.ts'
import { lookInto } from '../../compare/measurable-image.ts'
import { measureImages } from '../../compare/measure-images.ts'
import { largestWaste, layerInstructions } from '../../compare/waste.ts'
import type { ContentSource } from '../../image/content.ts'
import type { CommandContext } from '../context.ts'
import { findListed, openTree } from './file-printing.ts'
import type { Inspection } from './inspection.ts'

/** What of an image becomes a page: one of these, or all. */
export interface PageRequest {
  /** As it was asked for. */
  readonly name: string
  readonly view: 'layers' | 'waste' | 'files' | 'overview'
  /** With files: what they lie under; the root unless given. */
  readonly path: string | undefined
}

/** Prints an image as a page to look at. @throws ImageError `not-found`, and `unsupported` for what is no image that runs */
export async function printPage(
  source: ContentSource,
  inspection: Inspection,
  cacheDirectory: string,
  { name, view, path = '/' }: PageRequest,
  { job, output }: CommandContext,
): Promise<void> {
  const { image, tree } = await openTree(source, inspection, cacheDirectory, job)
  await using _ = tree
  const shows = (each: PageRequest['view']): boolean => view === each || view === 'overview'
  const measured = await lookInto(image, tree, job)
  await output.write(
    imageHtml({
      image: { name, digest: inspection.descriptor.digest },
      facts: factsOf(inspection),
      measures: measureImages(measured, measured),
      tellsMeasures: view === 'overview',
      layers: shows('layers') ? layerSizes(measured, undefined) : undefined,
      waste: shows('waste') ? { files: largestWaste(tree), instructions: layerInstructions(image) } : undefined,
      files: shows('files') ? imageFiles(measured, findListed(tree, path)) : undefined,
    }),
  )
}

function factsOf({ platform, config }: Inspection): readonly (readonly [string, string])[] {
  const { User, Entrypoint, Cmd, WorkingDir, ExposedPorts = {} } = config?.config ?? {}
  const facts = [
    ['platform', platform],
    ['created', config?.created?.slice(0, 10)],
    ['user', User],
    ['entry point', Entrypoint?.join(' ')],
    ['command', Cmd?.join(' ')],
    ['directory', WorkingDir],
    ['ports', Object.keys(ExposedPorts).join(', ')],
  ] as const
  return facts.flatMap(([term, value]) => (value === undefined || value === '' ? [] : [[term, value] as const]))
}
