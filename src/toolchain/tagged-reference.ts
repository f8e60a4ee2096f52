import { familiarReference, formatReference, parseReference, type Reference } from '../image/reference.ts'
import { badRequest } from './errors.ts'

/** A name to be given to an image: see {@link refuseDigest}. @throws ToolchainError `bad-request`; ImageError `bad-name` */
export function taggedReference(text: string): Reference {
  const reference = parseReference(text)
  refuseDigest(reference)
  return reference
}

/** A new name has no digest: which digest it gets is for the image to say. @throws ToolchainError `bad-request` */
export function refuseDigest(reference: Reference): void {
  if (reference.digest === undefined) return
  const without = { ...reference, digest: undefined, tag: reference.tag ?? 'latest' }
  badRequest(`a new name has no digest: ${formatReference(reference)}`, `Try ${familiarReference(without)}.`)
}
