import type { RunConfig } from '../image/config.ts'
import { badRequest } from './errors.ts'

/**
 * The program and its arguments, by docker's rules: a command takes the place of the image's `Cmd`; an entry point takes the place of its
 * `Entrypoint` and makes `Cmd` void; an empty one takes both away.
 *
 * @param entrypoint undefined: the image's own
 * @throws ToolchainError `bad-request` where nothing is left
 */
export function commandWords(
  config: RunConfig,
  entrypoint: readonly string[] | undefined,
  command: readonly string[],
): readonly string[] {
  const words =
    entrypoint === undefined
      ? [...(config.Entrypoint ?? []), ...(command.length > 0 ? command : (config.Cmd ?? []))]
      : [...entrypoint, ...command]
  if (words.length > 0) return words
  return badRequest('the image says no command, and none is given', 'Write one behind the name of the image.')
}
