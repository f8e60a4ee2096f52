import type { Job } from '../std/job.ts'
import type { Attestation } from './attest/attestation.ts'
import type { AttestationOptions } from './attestation-options.ts'
import type { BuildFacts } from './attest/build-facts.ts'
import type { BuiltImage } from './built-image.ts'

export type { Attestation } from './attest/attestation.ts'
export type { BuildFacts } from './attest/build-facts.ts'

/**
 * Makes the statements about each image that were asked for. Provenance has the times of the build: two builds have two. The
 * images' own manifests do not depend on them.
 *
 * @param layersFolder of layer indexes; only a bill of materials looks into layers.
 * @throws what reading layers throws
 */
export async function attestImages(
  images: readonly BuiltImage[],
  options: AttestationOptions,
  facts: BuildFacts,
  layersFolder: string,
  job: Job,
): Promise<ReadonlyMap<BuiltImage, readonly Attestation[]>> {
  const { provenance, sbom } = options
  const finishedMs = job.clock.now()
  const attestations = new Map<BuiltImage, readonly Attestation[]>()
  for (const image of images) {
    const made: Attestation[] = []
    if (sbom !== undefined) {
      const [{ openFileTree }, { sbomOf }] = await Promise.all([
        import('../filetree/file-tree.ts'),
        import('./attest/sbom.ts'),
      ])
      await using tree = await openFileTree(image, layersFolder, job)
      made.push(await sbomOf(image, tree, sbom, job))
    }
    if (provenance !== undefined) {
      const { provenanceOf } = await import('./attest/provenance.ts')
      made.push(provenanceOf(image, provenance, { ...facts, finishedMs }))
    }
    attestations.set(image, made)
  }
  return attestations
}
