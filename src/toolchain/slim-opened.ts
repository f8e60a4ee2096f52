import { assembleImages, type AssembledImage } from '../build/assemble-images.ts'
import { plainOutput } from '../build/build-output.ts'
import type { BuiltImage } from '../build/built-image.ts'
import { exportImages } from '../build/export-images.ts'
import type { Reference } from '../image/reference.ts'
import { createAppRunner } from '../slim/app-runner.ts'
import { writeProof, type SlimProof } from '../slim/proof.ts'
import type { SlimMachinery, SlimRequest } from '../slim/slim-request.ts'
import { slim, type SlimResult } from '../slim/slim.ts'
import { assert } from '../std/assert.ts'
import type { Job } from '../std/job.ts'
import { exportEnvironment } from './building/export-environment.ts'
import { markedText } from './slimming/marked-text.ts'
import { proofOf } from './slimming/proof-of.ts'
import type { Toolchain } from './toolchain.ts'

/** What came of slimming, with both images in the store. */
export interface Slimmed {
  readonly result: SlimResult
  /** The slim Dockerfile. One that is not proved says so above its first line. */
  readonly text: string
  readonly proof: SlimProof
  readonly before: AssembledImage
  readonly after: AssembledImage
}

/** What a toolchain has for slimming. */
export function slimMachinery({ store, folders, containers, environment }: Toolchain): SlimMachinery {
  const { layers: layersDirectory, builds: cacheDirectory } = folders
  return {
    build: { store, layersDirectory, cacheDirectory, containers, cache: undefined },
    runner: createAppRunner({ host: containers, layersDirectory, searchPath: environment['PATH'] ?? '' }),
  }
}

/**
 * Makes an image slim, and says how that was proved. Both images are in the store then, without a name.
 *
 * @throws what {@link slim} throws
 */
export async function slimOpened(request: SlimRequest, toolchain: Toolchain, job: Job): Promise<SlimResult> {
  return await slim(request, slimMachinery(toolchain), job)
}

/**
 * Writes both images of a slimming into the store, and says how it was proved.
 *
 * @param dockerfileName how the proof calls the slim Dockerfile
 */
export async function describeSlimming(
  result: SlimResult,
  { launch }: Pick<SlimRequest, 'launch'>,
  dockerfileName: string,
  toolchain: Toolchain,
  job: Job,
): Promise<Slimmed> {
  const before = await describeImage(result.before, toolchain, job)
  const after = await describeImage(result.after, toolchain, job)
  const text = markedText(result)
  const proof = proofOf(result, { before, after, text, outputPath: dockerfileName, launch })
  return { result, text, proof, before, after }
}

/** Writes an image's documents into the store. */
async function describeImage(image: BuiltImage, { store }: Toolchain, job: Job): Promise<AssembledImage> {
  const plain = { ociMediaTypes: true, annotations: [], attestations: new Map(), names: [] } as const
  const assembled = await assembleImages([image], { ...plain, attestationsAsArtifacts: true }, store, job)
  const [first] = assembled.images
  assert(first !== undefined, 'no image was written')
  return first
}

/** Keeps the proof beside the slim image in the store, and gives the image its names if it is proved. */
export async function keepSlim(
  { result, proof, after }: Slimmed,
  names: readonly Reference[],
  toolchain: Toolchain,
  job: Job,
): Promise<void> {
  await writeProof(proof, after.descriptor, toolchain.store, job)
  if (proof.isProved) await exportSlim('store', result, names, toolchain, job)
}

/** Pushes the slim image with its proof, which refers to it. */
export async function pushSlim(
  { result, proof, after }: Slimmed,
  names: readonly Reference[],
  toolchain: Toolchain,
  job: Job,
): Promise<void> {
  await exportSlim('push', result, names, toolchain, job)
  const client = await toolchain.registries(false)
  for (const name of names) await writeProof(proof, after.descriptor, client.repository(name, 'push'), job)
}

async function exportSlim(
  place: 'store' | 'push',
  { after }: SlimResult,
  names: readonly Reference[],
  toolchain: Toolchain,
  job: Job,
): Promise<void> {
  const outputs = [plainOutput(place)]
  const request = { images: [after], outputs, names, annotations: [], attestations: new Map() }
  await exportImages(request, exportEnvironment(toolchain, undefined), job)
}
