import type { Platform } from '../image/descriptor.ts'
import { parsePlatform } from '../image/platform.ts'
import { nearest } from '../std/nearest.ts'
import { BuildError } from './errors.ts'

/** Which document carries an annotation, by buildx's names; a `descriptor` is the entry of the document that points to it. */
export const annotationPlaces = ['manifest', 'index', 'manifest-descriptor', 'index-descriptor'] as const

/** One of {@link annotationPlaces}. */
export type AnnotationPlace = (typeof annotationPlaces)[number]

/** An annotation that was asked for. */
export interface ImageAnnotation {
  readonly place: AnnotationPlace
  /** Only the image for this platform gets it; undefined: all do. */
  readonly platform: Platform | undefined
  readonly name: string
  readonly value: string
}

/**
 * Reads `--annotation [PLACE[\[PLATFORM\]][,PLACE…]:]NAME=VALUE`, as buildx does. Without a place, the manifest gets it.
 *
 * @throws BuildError `bad-build-option`
 */
export function parseAnnotation(text: string): readonly ImageAnnotation[] {
  const equals = text.indexOf('=')
  const left = equals === -1 ? text : text.slice(0, equals)
  const { places, name } = splitPlaces(left, text)
  if (equals === -1 || name === '') {
    throw new BuildError('bad-build-option', `--annotation ${text}: it is no NAME=VALUE`, {
      hint: 'Write it as --annotation org.opencontainers.image.title=shop or --annotation index:NAME=VALUE.',
    })
  }
  return places.map((place) => ({ ...place, name, value: text.slice(equals + 1) }))
}

/**
 * Reads the key of an output's option `annotation[-PLACE][\[PLATFORM\]].NAME`. Undefined for a key that is no annotation.
 *
 * @throws BuildError `bad-build-option`
 */
export function parseAnnotationKey(key: string): Omit<ImageAnnotation, 'value'> | undefined {
  const match = /^annotation(?:-([a-z-]+))?(?:\[([^\]]*)\])?\.(.+)$/.exec(key)
  if (match === null) return undefined
  const [, place = 'manifest', platform, name = ''] = match
  return { ...parsePlace(place, platform, key), name }
}

type Place = Pick<ImageAnnotation, 'place' | 'platform'>

/** A name may have colons too: what stands before one is a list of places only if it looks like one. */
function splitPlaces(left: string, text: string): { readonly places: readonly Place[]; readonly name: string } {
  const match = /^([a-z-]+(?:\[[^\]]*\])?(?:,[a-z-]+(?:\[[^\]]*\])?)*):(.*)$/.exec(left)
  if (match === null) return { places: [{ place: 'manifest', platform: undefined }], name: left }
  const [, list = '', name = ''] = match
  const places = list.split(',').map((each) => {
    const [, place = '', platform] = /^([a-z-]+)(?:\[([^\]]*)\])?$/.exec(each) ?? []
    return parsePlace(place, platform, text)
  })
  return { places, name }
}

function parsePlace(place: string, platform: string | undefined, text: string): Place {
  const found = annotationPlaces.find((each) => each === place)
  if (found === undefined) {
    const near = nearest(place, annotationPlaces)
    throw new BuildError('bad-build-option', `the annotation ${text}: nothing called ${place} carries annotations`, {
      hint: near === undefined ? `It is one of ${annotationPlaces.join(', ')}.` : `Did you mean ${near}?`,
    })
  }
  if (platform !== undefined && found.startsWith('index')) {
    throw new BuildError('bad-build-option', `the annotation ${text}: an index is for all platforms`, {
      hint: `Write ${found} without a platform.`,
    })
  }
  return { place: found, platform: platform === undefined ? undefined : parsePlatform(platform) }
}
