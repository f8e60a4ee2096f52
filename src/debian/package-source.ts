import type { PackageIndex } from './package-index.ts'

/** An index, by which names pins and requests choose it, and how much it is preferred. */
export interface PackageSource {
  readonly index: PackageIndex
  /** Such as the suite and the code name that its Release file has: `stable-security`, `bookworm-security`. */
  readonly names: readonly string[]
  /**
   * As in apt_preferences(5): of the versions of a package the one with the highest priority is taken, of several the newest.
   * 500 is usual, 100 is for backports. Nothing is taken from a source below 1.
   */
  readonly priority: number
}

/** Another priority for some packages (apt_preferences(5)). Of several pins for a version the first counts. */
export interface Pin {
  /** A name, in which `*` stands for any text. */
  readonly package: string
  /** In which `*` stands for any text; any version unless told. */
  readonly version?: string | undefined
  /** One of a source's names; any source unless told. */
  readonly source?: string | undefined
  /** Below 1: the version is never taken. */
  readonly priority: number
}
