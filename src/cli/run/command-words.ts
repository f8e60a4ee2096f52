import type { RunConfig } from '../../image/config.ts'
import { wrongUsage } from '../errors.ts'

/**
 * The program and its arguments, by docker's rules: what stands behind the image takes the place of its `Cmd`; an entry point from the line
 * takes the place of its `Entrypoint` and makes `Cmd` void; an empty one takes both away.
 *
 * @throws CliError `wrong-usage` where nothing is left
 */
export function commandWords(
  config: RunConfig,
  entrypoint: string | undefined,
  command: readonly string[],
): readonly string[] {
  const words =
    entrypoint === undefined
      ? [...(config.Entrypoint ?? []), ...(command.length > 0 ? command : (config.Cmd ?? []))]
      : [...(entrypoint === '' ? [] : [entrypoint]), ...command]
  if (words.length > 0) return words
  return wrongUsage('the image says no command, and the line has none', 'Write one behind the name of the image.')
}
