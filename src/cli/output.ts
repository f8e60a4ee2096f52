import { systemErrorCode, errorMessage } from '../std/errors.ts'
import { CliError } from './errors.ts'

/** Where results go. */
export interface Output {
  readonly isTerminal: boolean
  /** How wide the terminal is. */
  readonly columns: number | undefined
  /** Resolves when the text was taken, so that a slow reader slows the writer. @throws CliError `output-closed`, `file-failed` */
  write(chunk: string | Uint8Array): Promise<void>
}

/** This process' standard output. `beforeWrite` makes room on a terminal that progress is drawn on. */
export function standardOutput(beforeWrite: () => void): Output {
  const { stdout } = process
  // Failures come to whoever writes; without a listener they would end the process.
  stdout.on('error', () => undefined)
  return {
    isTerminal: stdout.isTTY,
    columns: stdout.isTTY ? stdout.columns : undefined,
    write(chunk) {
      if (stdout.isTTY) beforeWrite()
      return new Promise((resolve, reject) => {
        stdout.write(chunk, (error) => {
          if (error === undefined || error === null) resolve()
          else reject(outputError(error))
        })
      })
    },
  }
}

function outputError(cause: Error): CliError {
  const closed = systemErrorCode(cause) === 'EPIPE'
  return closed
    ? new CliError('output-closed', 'whoever read the output has gone', { cause })
    : new CliError('file-failed', `cannot write to standard output: ${errorMessage(cause)}`, { cause })
}
