import { parseReference, type Reference } from '../image/reference.ts'
import { nearest } from '../std/nearest.ts'
import { badRequest } from './errors.ts'

/** Where an image comes from or goes to, as `copy` names it: skopeo's notation. */
export type PlaceName =
  | { readonly kind: 'registry'; readonly reference: Reference }
  /** The local store: a name, or an ID where an image is looked for. */
  | { readonly kind: 'store'; readonly name: string }
  /** A folder or file. The name is the one inside it; it may be left out where there is only one image. */
  | {
      readonly kind: 'oci' | 'oci-archive' | 'docker-archive'
      readonly path: string
      readonly name: string | undefined
    }

const schemes = ['docker', 'store', 'oci', 'oci-archive', 'docker-archive'] as const

/**
 * Reads `docker://REF` or a bare `REF` (a registry), `store:REF`, `oci:DIR[:NAME]`, `oci-archive:FILE[:NAME]`,
 * `docker-archive:FILE[:NAME]`. As with skopeo, a path ends at its first colon.
 *
 * @throws ToolchainError `bad-request`; ImageError `bad-name`
 */
export function parsePlace(text: string): PlaceName {
  const colon = text.indexOf(':')
  const scheme = colon === -1 ? '' : text.slice(0, colon)
  const rest = text.slice(colon + 1)
  switch (scheme) {
    case 'store':
      return rest === '' ? badRequest('store: needs the name of an image behind it') : { kind: 'store', name: rest }
    case 'oci':
    case 'oci-archive':
    case 'docker-archive':
      return { kind: scheme, ...splitPath(scheme, rest) }
    default:
      return { kind: 'registry', reference: parseReference(registryPart(text, scheme, rest)) }
  }
}

function registryPart(text: string, scheme: string, rest: string): string {
  if (scheme === 'docker' && rest.startsWith('//')) return rest.slice(2)
  if (!rest.startsWith('/')) return text
  const meant = nearest(scheme, schemes)
  return badRequest(
    `there is no place ${JSON.stringify(`${scheme}:`)}`,
    meant === undefined
      ? 'Places: docker://REF, store:REF, oci:DIR, oci-archive:FILE, docker-archive:FILE.'
      : `Did you mean ${meant === 'docker' ? 'docker://' : `${meant}:`}?`,
  )
}

function splitPath(scheme: string, rest: string): { readonly path: string; readonly name: string | undefined } {
  const colon = rest.indexOf(':')
  const path = colon === -1 ? rest : rest.slice(0, colon)
  const name = colon === -1 ? undefined : rest.slice(colon + 1)
  if (path === '') return badRequest(`${scheme}: needs a path behind it`)
  return { path, name: name === '' ? undefined : name }
}
