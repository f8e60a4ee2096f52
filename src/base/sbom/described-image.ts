import type { Digest } from '../../image/digest.ts'
import type { DescribedPackage } from './package-facts.ts'
import type { Distribution } from './package-url.ts'

/** An image, with all that documents tell of it. */
export interface DescribedImage {
  /** That of its recipe. */
  readonly name: string
  /** Of its manifest. */
  readonly digest: Digest
  /** In the words of images: `arm64`. */
  readonly architecture: string
  /** That of the image: documents are as old as what they describe, so that the same image has the same documents. */
  readonly dateMs: number
  readonly distribution: Distribution
  readonly packages: readonly DescribedPackage[]
}
