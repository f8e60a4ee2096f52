import type { Reference } from '../../image/reference.ts'
import type { Job } from '../../std/job.ts'
import { assembleImages, type AssembledImages } from '../assemble-images.ts'
import type { ImageLikeOutput } from '../build-output.ts'
import type { BuiltImage } from '../built-image.ts'
import { BuildError } from '../errors.ts'
import type { ExportEnvironment, ExportRequest } from './export-request.ts'
import { convertImage } from '../image/convert-image.ts'

/** Writes the images into the store, in the form that an output asks for. */
export async function assembleFor(
  output: ImageLikeOutput,
  names: readonly Reference[],
  request: ExportRequest,
  environment: ExportEnvironment,
  job: Job,
): Promise<AssembledImages> {
  const isForDocker = output.type === 'docker' || output.type === 'load'
  if (isForDocker && request.images.length > 1) {
    throw new BuildError(
      'bad-build-option',
      `an archive for docker holds one image, and ${request.images.length} were built`,
      {
        hint: 'Choose one with --platform, or write them with --output type=oci,dest=FILE.',
      },
    )
  }
  const converted = new Map<BuiltImage, BuiltImage>()
  for (const image of request.images) converted.set(image, await convertImage(image, output.layers, environment, job))
  const attested = isForDocker ? [] : [...request.attestations].filter(([, each]) => each.length > 0)
  const options = {
    ociMediaTypes: output.ociMediaTypes,
    annotations: [...request.annotations, ...output.annotations],
    attestations: new Map(attested.map(([image, each]) => [converted.get(image) ?? image, each])),
    names,
    attestationsAsArtifacts: output.attestationsAsArtifacts,
  }
  return await assembleImages([...converted.values()], options, environment.store, job)
}
