import { ImageError } from '../../image/errors.ts'
import { nearest } from '../../std/nearest.ts'
import { wrongUsage } from '../errors.ts'
import type { KnownContainer } from './running/registry.ts'

/**
 * The container that a name, an ID or the beginning of one means; the first of several that had the name.
 *
 * @param which for messages: `that runs`
 * @throws ImageError `not-found`; CliError `wrong-usage`
 */
export function findContainer(word: string, among: readonly KnownContainer[], which: string): KnownContainer {
  const named = among.find(({ name, id }) => name === word || id === word)
  const [only, ...others] = among.filter(({ id }) => id.startsWith(word))
  if (named !== undefined) return named
  if (only !== undefined && others.length === 0) return only
  if (only !== undefined) wrongUsage(`several containers begin with ${word}`, 'Give more of the ID.')
  const names = among.map(({ name, id }) => name ?? id)
  const near = nearest(word, names)
  const list = names.length === 0 ? 'There is none.' : `There are: ${names.join(', ')}.`
  throw new ImageError('not-found', `there is no container ${word} ${which}`, {
    hint: near === undefined ? list : `Did you mean ${near}?`,
  })
}
