import { quote } from '../../reading/report.ts'
import { baseImageStages } from '../facts/base-image-stages.ts'
import { deprecatedImage } from '../facts/deprecated-images.ts'
import type { Rule } from '../rule.ts'

/** FROM an image that its makers have given up. */
export const deprecatedBase: Rule = {
  name: 'DeprecatedBase',
  category: 'small-base',
  severity: 'warning',
  summary: 'the base is an image that its makers have given up',
  check(file, report) {
    for (const { stage, range, reference } of baseImageStages(file)) {
      const found = deprecatedImage(stage.base)
      if (found === undefined) continue
      const isOnbuild = stage.base.tag?.words.has('onbuild') === true
      report({
        message: isOnbuild
          ? `ONBUILD variants of official images were given up in ${found.since}: ${quote(reference)}`
          : `${stage.base.officialName ?? ''} was given up in ${found.since}: ${quote(reference)}`,
        range,
        cost: 'It gets no security updates, and may vanish from the registry.',
        hint: `Take ${found.successor}.`,
      })
    }
  },
}
