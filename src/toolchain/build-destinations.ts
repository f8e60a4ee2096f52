import type { ImageAnnotation } from '../build/annotations.ts'
import type { AttestationOptions } from '../build/attestation-options.ts'
import type { BuildOutput } from '../build/build-output.ts'
import type { CacheOrigin, CacheTarget } from '../build/cache-options.ts'
import type { Reference } from '../image/reference.ts'

/** What becomes of a build, and what it may take from others. */
export interface BuildDestinations {
  /** What images are called whose output has no name of its own. */
  readonly names: readonly Reference[]
  /** Where the result goes, one after the other. */
  readonly outputs: readonly BuildOutput[]
  readonly annotations: readonly ImageAnnotation[]
  readonly attestations: AttestationOptions
  readonly cacheOrigins: readonly CacheOrigin[]
  readonly cacheTargets: readonly CacheTarget[]
  /** Whether all that the build adds to its base becomes one layer. */
  readonly squash: boolean
  /** For outputs that go to standard output; undefined: none may. */
  readonly writeToStandardOutput: ((chunk: Uint8Array) => Promise<void>) | undefined
}
