import type { BlobIngester, ContentSink, ContentSource } from '../../image/content.ts'
import type { Reference } from '../../image/reference.ts'
import type { Job } from '../../std/job.ts'
import type { LayoutStore } from '../../store/layout-store.ts'
import type { ImageAnnotation } from '../annotations.ts'
import type { AssembledImages } from '../assemble-images.ts'
import type { Attestation } from '../attest/attestation.ts'
import type { BuildOutput } from '../build-output.ts'
import type { BuiltImage } from '../built-image.ts'

/** What outputs need of their surroundings. */
export interface ExportEnvironment {
  /** Has the layers of the images. */
  readonly store: ContentSource & ContentSink & BlobIngester & Pick<LayoutStore, 'list'>
  /** Of layer indexes: `LayoutStore.layersPath`. */
  readonly layersFolder: string
  /** Of the build: remembers which layer became which by another compression. */
  readonly cacheFolder: string
  /** Undefined where it is a terminal, which gets no archive. */
  readonly writeToStandardOutput: ((chunk: Uint8Array) => Promise<void>) | undefined
  /** The repository that a name is pushed to. */
  openRepository(reference: Reference, options: { readonly insecure: boolean }, job: Job): Promise<ContentSink>
  /** Of `docker load` and `podman load`. */
  readonly environment: NodeJS.ProcessEnv
}

/** What was built, and where it goes. */
export interface ExportRequest {
  readonly images: readonly BuiltImage[]
  readonly outputs: readonly BuildOutput[]
  /** `--tag`: what images are called whose output has no name of its own. */
  readonly names: readonly Reference[]
  /** `--annotation` */
  readonly annotations: readonly ImageAnnotation[]
  readonly attestations: ReadonlyMap<BuiltImage, readonly Attestation[]>
}

/** What came of it: for `--iidfile` and `--metadata-file`. */
export interface ExportReport {
  /** The last of the images that were written; undefined where all outputs are files. */
  readonly image: AssembledImages | undefined
  readonly names: readonly Reference[]
}
