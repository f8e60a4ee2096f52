import { build } from '../../build/build.ts'
import type { BuiltImage } from '../../build/built-image.ts'
import { DockerfileError } from '../../build/errors.ts'
import { parseDockerfile } from '../../dockerfile/parse.ts'
import { assert } from '../../std/assert.ts'
import type { Job } from '../../std/job.ts'
import type { SlimMachinery, SlimRequest } from '../slim-request.ts'

/**
 * Builds a Dockerfile as the request has its own built.
 *
 * @param target undefined: the last stage.
 * @throws what {@link build} throws
 */
export async function buildText(
  text: string,
  target: string | undefined,
  { build: request }: Pick<SlimRequest, 'build'>,
  machinery: SlimMachinery,
  job: Job,
): Promise<BuiltImage> {
  const { document, diagnostics } = parseDockerfile(text)
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) throw new DockerfileError('the Dockerfile has mistakes', errors)
  const [image] = await build({ ...request, document, target }, machinery.build, job)
  assert(image !== undefined, 'a build without an image')
  return image
}
