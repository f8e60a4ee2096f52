/** Lines of a Dockerfile that were written for one reason. */
export interface WrittenPart {
  /** What was changed, in a few words. Undefined where it belongs to the part before. */
  readonly title: string | undefined
  /** Why: a comment in one line. Undefined where the lines say so. */
  readonly comment: string | undefined
  readonly lines: readonly string[]
}
