import type { ImageConfig } from '../image/config.ts'
import type { Platform } from '../image/descriptor.ts'
import type { Digest } from '../image/digest.ts'
import type { Layer } from '../image/image.ts'

/** Something from outside that went into a build: what provenance calls a resolved dependency. */
export interface BuildMaterial {
  /** A purl of an image (`pkg:docker/…`), a URL, or a git repository. */
  readonly uri: string
  readonly digest: Digest | { readonly gitCommit: string }
}

/** What a build gives for one platform. */
export interface BuiltImage {
  readonly platform: Platform
  /** Complete, with history and diff IDs. */
  readonly config: ImageConfig
  /** Their blobs are in the store of the build. */
  readonly layers: readonly Layer[]
  /** How many of them, the lowest, are the base image's. */
  readonly baseLayers: number
  /** The date of the build, in seconds since 1970. */
  readonly dateSeconds: number
  readonly materials: readonly BuildMaterial[]
}
