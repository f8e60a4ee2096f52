import { didYouMean, quote } from '../../reading/report.ts'
import { isOfAnyVersion, usedImages } from '../facts/used-images.ts'
import type { Rule } from '../rule.ts'

/** Images by the tag `latest`, or by none. */
export const latestTag: Rule = {
  name: 'LatestTag',
  category: 'speed',
  severity: 'warning',
  summary: 'an image is named without a version',
  check(file, report) {
    const stageNames = new Set(file.document.stages.flatMap(({ name }) => name ?? []))
    const isLikeStage = (text: string): boolean => !text.includes('/') && didYouMean(text, stageNames) !== undefined
    for (const { name, reference, range, related } of usedImages(file)) {
      if (!isOfAnyVersion(name)) continue
      // A stage of almost that name is meant.
      if (name.tag === undefined && isLikeStage(reference)) continue
      const others = related.map((place) => ({ message: 'and here', range: place }))
      const isOnlyTag = hasOnlyLatest(name.registry)
      report({
        ...(isOnlyTag ? { severity: 'information' } : {}),
        message:
          name.tag === undefined
            ? `${quote(reference)} has no tag, so it is latest`
            : `${quote(reference)} may be any version`,
        range,
        related: others,
        cost: 'Another day the same file gives another image, builds anew what was cached, and may fail; nobody can tell which version it was.',
        hint: isOnlyTag
          ? 'Name its digest: NAME@sha256:….'
          : 'Name the version that was tried, as exact as updates allow: NAME:3.14-slim.',
      })
    }
  },
}

/** Registries whose free images have no other tag. */
function hasOnlyLatest(registry: string): boolean {
  return registry === 'cgr.dev'
}
