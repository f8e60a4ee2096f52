import type { Digest } from '../../image/digest.ts'
import type { Layer } from '../../image/image.ts'
import type { ResolvedImage } from '../plan/resolve-build.ts'

/** The files of a stage at some point: what they are, and the layers that make them, from the lowest up. */
export interface StageFiles {
  readonly chain: Digest
  readonly layers: readonly Layer[]
  /** The image that they begin with. */
  readonly base: ResolvedImage | undefined
}
