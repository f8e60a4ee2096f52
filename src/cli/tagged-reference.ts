import { familiarReference, parseReference, type Reference } from '../image/reference.ts'
import { wrongUsage } from './errors.ts'

/**
 * A name to be given to an image. It has no digest: which digest it gets is for the image to say.
 *
 * @throws CliError `wrong-usage`; ImageError `bad-name`
 */
export function taggedReference(text: string): Reference {
  const reference = parseReference(text)
  if (reference.digest === undefined) return reference
  const without = { ...reference, digest: undefined, tag: reference.tag ?? 'latest' }
  return wrongUsage(`a new name has no digest: ${text}`, `Try ${familiarReference(without)}.`)
}
