/** One source as apt knows it (sources.list(5)), with the options that matter here. */
export interface SourceEntry {
  /** File and line, for messages. */
  readonly place: string
  readonly uris: readonly string[]
  readonly suites: readonly string[]
  readonly components: readonly string[]
  /** Empty for every architecture. */
  readonly architectures: readonly string[]
  /** Files, fingerprints, or a key itself; empty where nothing is said. */
  readonly signedBy: readonly string[]
  /** Whether apt would use the source even if its signature is bad. */
  readonly isTrusted: boolean
  readonly isValidUntilChecked: boolean
}
