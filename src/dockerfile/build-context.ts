/** What may be asked of a build context without taking it along. Answers must not change while they are used. */
export interface BuildContext {
  /**
   * What a folder holds, in any order.
   *
   * @param path Without `/` at the ends; empty for the context itself. Undefined where there is no such folder, or it can't be read.
   */
  list(path: string): readonly ContextEntry[] | undefined
  /**
   * The beginning of a file.
   *
   * @returns undefined where there is no such file, or it can't be read.
   */
  read(path: string, bytesMax: number): string | undefined
  /** The ignore file that a build would use. Undefined where there is none. */
  readonly ignoreFile: { readonly name: string; readonly text: string } | undefined
}

/** One name in a folder of a {@link BuildContext}. */
export interface ContextEntry {
  readonly name: string
  /** What a symbolic link leads to does not matter: it is copied as it is. */
  readonly kind: 'file' | 'directory' | 'link' | 'other'
}
