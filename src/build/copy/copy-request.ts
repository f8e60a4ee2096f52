/** What a COPY or an ADD says, with values for its variables. */
export interface CopyRequest {
  readonly kind: 'copy' | 'add'
  readonly sources: readonly string[]
  /** As it is written: a slash at its end counts. */
  readonly destination: string
  /** Absolute: what a relative destination begins at. */
  readonly workingDirectory: string
  readonly inlineFiles: readonly { readonly name: string; readonly content: string }[]
  /** `user`, `user:group`, numbers or names. */
  readonly chown: string | undefined
  /** Octal or symbolic. */
  readonly chmod: string | undefined
  readonly excludes: readonly string[]
  readonly parents: boolean
  /** Whether the layer is made without looking at what is below. */
  readonly link: boolean
  readonly checksum: string | undefined
  readonly keepGitDirectory: boolean | undefined
  readonly unpack: boolean | undefined
}
