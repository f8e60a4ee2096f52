import type { Reference } from '../../image/reference.ts'
import { refuseDigest, taggedReference } from '../../toolchain/tagged-reference.ts'
import type { PlaceName } from '../../toolchain/place-name.ts'

type FilePlace = Extract<PlaceName, { readonly path: string }>

/**
 * What an image is to be called in a file or folder; undefined where that is not said. In image layouts a tag alone is a
 * name, as other tools give it (`oci:DIR:latest`); Docker knows names of images only.
 *
 * @throws CliError `wrong-usage`; ImageError `bad-name`
 */
export function nameInFile({ kind, name }: FilePlace): Reference | string | undefined {
  if (name === undefined) return undefined
  return kind === 'docker-archive' || /[/:@]/.test(name) ? taggedReference(name) : name
}

/** Refuses a destination that cannot be: before anything moves. @throws CliError `wrong-usage`; ImageError `bad-name` */
export function checkDestination(place: PlaceName): void {
  if (place.kind === 'store') taggedReference(place.name)
  else if (place.kind === 'registry') refuseDigest(place.reference)
  else nameInFile(place)
}
