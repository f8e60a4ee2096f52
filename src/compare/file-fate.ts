/** What became of one path. */
export interface FileFate {
  readonly path: string
  /** In a word: `kept`, `dropped`, `added`, `removed`, `changed`, `moved`. */
  readonly fate: string
  /** In words, or empty. */
  readonly why: string
  readonly sizeBytes: number
}
