import type { Annotations, Platform } from '../../image/descriptor.ts'
import { samePlatform } from '../../image/platform.ts'
import type { AnnotationPlace, ImageAnnotation } from '../annotations.ts'

/** What one document or entry gets. Of two values for one name, the last counts. */
export function annotationsOf(
  annotations: readonly ImageAnnotation[],
  place: AnnotationPlace,
  platform?: Platform,
): Annotations {
  const wanted = annotations.filter(
    (each) =>
      each.place === place &&
      (each.platform === undefined || (platform !== undefined && samePlatform(each.platform, platform))),
  )
  return Object.fromEntries(wanted.map(({ name, value }) => [name, value]))
}
