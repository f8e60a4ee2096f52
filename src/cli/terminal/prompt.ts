import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { wrongUsage } from '../errors.ts'

/** Swallows what readline would echo. */
const nowhere = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

/**
 * Asks the person at the terminal and waits for a line. The question goes to standard error, since standard output is for
 * results.
 *
 * @param options.hidden for passwords: nothing of the answer is shown.
 * @throws CliError `wrong-usage` when the input ends without a line; the signal's reason when it is aborted.
 */
export async function ask(
  question: string,
  signal: AbortSignal,
  options: { readonly hidden?: boolean } = {},
): Promise<string> {
  const { stdin, stderr } = process
  const hidden = options.hidden ?? false
  const lines = createInterface({ input: stdin, output: hidden ? nowhere() : stderr, terminal: hidden })
  // Only now: what is typed before the terminal is in raw mode would be shown.
  if (hidden) stderr.write(question)
  // A visible answer is for the terminal itself to edit and show. In raw mode, Ctrl-C is a character and no signal.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const ended = new Promise<undefined>((resolve) => {
    lines.once('close', () => resolve(undefined))
  })
  try {
    const answer = await Promise.race([lines.question(hidden ? '' : question, { signal }), ended])
    return answer ?? wrongUsage(`nothing was entered for ${JSON.stringify(question.trim())}`)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  } finally {
    lines.close()
    if (hidden) stderr.write('\n')
  }
}
