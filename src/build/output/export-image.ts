import { copyContent } from '../../image/copy.ts'
import type { Reference } from '../../image/reference.ts'
import type { Job } from '../../std/job.ts'
import type { AssembledImages } from '../assemble-images.ts'
import type { ImageOutput } from '../build-output.ts'
import { BuildError } from '../errors.ts'
import type { ExportEnvironment } from './export-request.ts'

/** Names an image in the store, and pushes it. */
export async function exportImage(
  output: ImageOutput,
  assembled: AssembledImages,
  names: readonly Reference[],
  environment: ExportEnvironment,
  job: Job,
): Promise<void> {
  const { store } = environment
  if (output.push && names.length === 0) {
    throw new BuildError('bad-build-option', 'the image has no name to push it by', {
      hint: 'Give it one with --tag REGISTRY/NAME:TAG.',
    })
  }
  // Also what is only pushed stays in the store until it is there.
  if (output.store) {
    for (const name of names) await store.tag(name, assembled.descriptor, assembled.bytes, job)
    if (names.length === 0) await store.list(assembled.descriptor, job)
  }
  if (!output.push) return
  for (const name of names) {
    const sink = await environment.openRepository(name, { insecure: output.insecure }, job)
    const target = output.pushByDigest ? [] : [name]
    await copyContent(store, sink, assembled.descriptor, { platforms: 'all', names: target }, job)
  }
}
