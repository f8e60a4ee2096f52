/** A package that a base image has, exactly. */
export interface LockedPackage {
  readonly name: string
  readonly version: string
  /** `all`, or that of the image. */
  readonly architecture: string
  /** The source package that it was built from. */
  readonly source: { readonly name: string; readonly version: string }
  /** The folder of `dists/` whose list it was in: `trixie-security`. */
  readonly suite: string
  readonly file: { readonly path: string; readonly sizeBytes: number; readonly sha256: string }
  /** Why it is there: `asked for`, or `nodejs depends on libc6 (>= 2.34)`. */
  readonly reason: string
}

/** What one recipe of a chain brings. */
export interface LockedLayer {
  /** The name of the recipe. */
  readonly name: string
  /** What was asked for, as it is written. */
  readonly requests: readonly string[]
  /** In an order to unpack and configure them in. */
  readonly packages: readonly LockedPackage[]
}

/** An image of one architecture. */
export interface LockedImage {
  /** In Debian's words: `amd64`. */
  readonly architecture: string
  /** One for each recipe of the chain, the lowest first. */
  readonly layers: readonly LockedLayer[]
}
