/** What deciding goes by, beside the files themselves. Paths are absolute paths of the root of the before image. */
export interface DecideInput {
  /** Files that were opened, by their real paths, of all runs together. */
  readonly opened: ReadonlySet<string>
  /** Those that were executed. */
  readonly executed: ReadonlySet<string>
  /** What the app wrote: the folders in which it did so stay. */
  readonly written: ReadonlySet<string>
  /**
   * The words that start the after image, in exec form. Where they differ from the words of the before image only by a shell that
   * is gone, that shell does not count as executed.
   */
  readonly command: readonly string[]
  /** What the user wants to keep: patterns as in a `.dockerignore`, from the root. They win over everything. */
  readonly keep: readonly string[]
  /** What the user wants to lose: patterns of the same kind. They win over everything but `keep` and `repairs`. */
  readonly exclude: readonly string[]
  /** Paths without which the proof failed, each with the reason in words. */
  readonly repairs: ReadonlyMap<string, string>
  /** Files that the build made of others, each with that one: whose package that is, is told of both. */
  readonly madeOf: ReadonlyMap<string, string>
  /** How many of the lowest layers are those of the base image. */
  readonly baseLayers: number
}
