import { ImageError } from '../../image/errors.ts'
import type { Platform } from '../../image/descriptor.ts'
import { formatPlatform } from '../../image/platform.ts'
import { familiarReference, parseReference, type Reference } from '../../image/reference.ts'

/** What an image is called that a build took: its package URL, or what was written where that is no image's name (a layout, say). */
export function imageUri(text: string, platform: Platform): string {
  try {
    return imagePackageUrl(parseReference(text), platform)
  } catch (error) {
    if (!(error instanceof ImageError)) throw error
    return text
  }
}

/** The package URL of an image (purl-spec, type docker), with the platform as BuildKit adds it. */
export function imagePackageUrl(reference: Reference, platform: Platform): string {
  const { tag, digest } = reference
  const name = familiarReference({ ...reference, tag: undefined, digest: undefined })
  const version = tag === undefined ? '' : `@${encodeURIComponent(tag)}`
  const qualifiers = [
    ...(digest === undefined ? [] : [`digest=${digest}`]),
    `platform=${encodeURIComponent(formatPlatform(platform))}`,
  ]
  return `pkg:docker/${name.split('/').map(encodeName).join('/')}${version}?${qualifiers.join('&')}`
}

function encodeName(part: string): string {
  return encodeURIComponent(part).replaceAll('%3A', ':')
}
