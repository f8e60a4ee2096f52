import { quote } from '../../reading/report.ts'
import { endedReleases, type EndedRelease } from '../facts/release-ends.ts'
import { baseImageStages } from '../facts/base-image-stages.ts'
import { deprecatedImage } from '../facts/deprecated-images.ts'
import type { Rule } from '../rule.ts'

const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
]

/** FROM an image of a release whose makers have stopped to mend it. */
export const endOfLifeBase: Rule = {
  name: 'EndOfLifeBase',
  category: 'small-base',
  severity: 'warning',
  summary: 'the base is of a release that gets no updates any more',
  check(file, report) {
    for (const { stage, isShipped, range, reference } of baseImageStages(file)) {
      const [first, second] = endedReleases(stage.base)
      // That nobody makes the image any more says it all.
      if (first === undefined || deprecatedImage(stage.base) !== undefined) continue
      report({
        message: `${first.name} has had no updates since ${monthOf(first)}: ${quote(reference)}`,
        range,
        // What is only built with it leaves less behind in the image.
        ...(isShipped ? {} : { severity: 'information' as const }),
        cost: costOf(second),
        hint: `Go on to ${[first, second].flatMap((each) => each?.successor ?? []).join(' and ')}, or another release that is maintained.`,
      })
    }
  },
}

function costOf(second: EndedRelease | undefined): string {
  const more = second === undefined ? '' : `; ${second.name} has had none since ${monthOf(second)} either`
  return `Vulnerabilities that become known are not mended, and the image is not built anew${more}.`
}

function monthOf({ ended }: EndedRelease): string {
  const [year = '', month = ''] = ended.split('-')
  return `${months[Number(month) - 1] ?? ''} ${year}`
}
