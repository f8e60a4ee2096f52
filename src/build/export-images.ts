import type { Digest } from '../image/digest.ts'
import type { Reference } from '../image/reference.ts'
import type { Job } from '../std/job.ts'
import type { AssembledImages } from './assemble-images.ts'
import type { ImageForm, ImageLikeOutput } from './build-output.ts'
import type { ExportEnvironment, ExportReport, ExportRequest } from './output/export-request.ts'
import { assembleFor } from './output/assemble-for.ts'
import { exportImage } from './output/export-image.ts'

export type { ExportEnvironment, ExportReport, ExportRequest } from './output/export-request.ts'

/**
 * Brings what was built to all outputs, one after the other.
 *
 * @throws BuildError `export-failed`, `bad-build-option`; what the store, registries and the disk throw
 */
export async function exportImages(
  request: ExportRequest,
  environment: ExportEnvironment,
  job: Job,
): Promise<ExportReport> {
  let image: AssembledImages | undefined
  const names = new Map<string, Reference>()
  for (const output of request.outputs) {
    job.signal.throwIfAborted()
    if (output.type === 'cacheonly') continue
    if (output.type === 'tar' || output.type === 'local') {
      const { exportFiles } = await import('./output/export-files.ts')
      await exportFiles(output, request, environment, job)
      continue
    }
    const own = namesOf(output, request)
    warnOfLost(output, request, job)
    image = await exportForm(output, own, request, environment, job)
    for (const name of own) names.set(JSON.stringify(name), name)
  }
  return { image, names: [...names.values()] }
}

/** Docker's archives have no place for them. */
function warnOfLost({ type }: ImageLikeOutput, { attestations }: ExportRequest, job: Job): void {
  if ((type !== 'docker' && type !== 'load') || [...attestations.values()].every((each) => each.length === 0)) return
  const message =
    'what is loaded into docker has no attestations: the store, a registry and --output type=oci keep them'
  job.emit({ type: 'notice', level: 'warning', message })
}

function namesOf(output: ImageForm, request: ExportRequest): readonly Reference[] {
  return output.names ?? request.names
}

async function exportForm(
  output: ImageLikeOutput,
  names: readonly Reference[],
  request: ExportRequest,
  environment: ExportEnvironment,
  job: Job,
): Promise<AssembledImages> {
  switch (output.type) {
    case 'image': {
      const assembled = await assembleFor(output, names, request, environment, job)
      await exportImage(output, assembled, names, environment, job)
      return assembled
    }
    case 'oci':
    case 'docker': {
      const assembled = await assembleFor(output, names, request, environment, job)
      const { exportArchive } = await import('./output/export-archive.ts')
      await exportArchive(output, assembled, names, environment, job)
      return assembled
    }
    case 'load': {
      const assembled = await assembleFor(output, names, request, environment, job)
      const { loadIntoEngine } = await import('./output/load-into-engine.ts')
      await loadIntoEngine(output, assembled, names, environment, job)
      return assembled
    }
  }
}

/** `--iidfile`: the digest of the config of one image, that of an index of several, as buildx writes it. */
export function imageIdOf({ image }: ExportReport): Digest | undefined {
  const [first, ...others] = image?.images ?? []
  return others.length === 0 ? first?.config.digest : image?.descriptor.digest
}
