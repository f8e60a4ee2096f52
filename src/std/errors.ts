/**
 * A failed operation: a network that dropped, a digest that does not match, a full disk.
 *
 * `code` comes from the union of the folder that throws it and is what programs test; `message` says what is wrong and
 * where; `hint` says what to do about it. A programmer's mistake is an `assert` instead, and a problem in the user's
 * source text is a diagnostic value.
 */
export class OperationError<Code extends string = string> extends Error {
  readonly code: Code
  readonly hint: string | undefined

  constructor(code: Code, message: string, options: { cause?: unknown; hint?: string | undefined } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = new.target.name
    this.code = code
    this.hint = options.hint
  }
}

/** The `code` of a Node system error (`ENOENT`, `ECONNRESET`, …), or undefined for anything else. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

/** For `catch`: what is not there is no failure, and undefined. Everything else is thrown again. */
export function ignoreMissing(error: unknown): undefined {
  if (systemErrorCode(error) !== 'ENOENT') throw error
}

/** What went wrong in one line, for putting into another message. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
