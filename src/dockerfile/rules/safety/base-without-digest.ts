import { quote } from '../../reading/report.ts'
import { isOfAnyVersion, usedImages } from '../facts/used-images.ts'
import type { Rule } from '../rule.ts'

/** Images whose content is not named by a digest. Those without a version are LatestTag's. */
export const baseWithoutDigest: Rule = {
  name: 'BaseWithoutDigest',
  category: 'safety',
  severity: 'information',
  summary: 'an image is named by a tag that may move',
  check(file, report) {
    for (const { name, reference, range, related } of usedImages(file)) {
      if (name.digest !== undefined || isOfAnyVersion(name)) continue
      report({
        message: `${quote(reference)} may be another image tomorrow`,
        range,
        related: related.map((place) => ({ message: 'and here', range: place })),
        cost: 'Whoever can push to its repository changes what is built here, and two builds of one commit may differ.',
        hint: `Add the digest of the image: ${reference.length > 60 ? 'NAME:TAG' : reference}@sha256:…, and let a bot renew it.`,
      })
    }
  },
}
