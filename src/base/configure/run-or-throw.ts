import type { Job } from '../../std/job.ts'
import { BaseError } from '../errors.ts'
import { runInRoot, type RootSandbox } from './root-sandbox.ts'

const linesMax = 20

/**
 * Runs a program in a root.
 *
 * @param what went wrong when it fails, for the message; it may depend on what the program said.
 * @throws BaseError `script-failed` with the last lines of what it said, up to the first mistake where dpkg goes on after one;
 * `not-possible-here`
 */
export async function runOrThrow(
  sandbox: RootSandbox,
  command: readonly string[],
  what: string | ((output: string) => string),
  job: Job,
): Promise<void> {
  const { status, output } = await runInRoot(sandbox, command, job)
  if (status === 0) return
  const title = typeof what === 'string' ? what : what(output)
  const firstMistake = /^[^]*?\ndpkg: error processing .*(?:\n .*)*/.exec(output)?.[0]
  const lines = (firstMistake ?? output).trimEnd().split('\n').slice(-linesMax)
  throw new BaseError('script-failed', [`${title}:`, ...lines.map((line) => `  ${line}`)].join('\n'), {
    hint: 'The lines above are what the programs of the image said. Leave the package out, or take another version of it.',
  })
}
