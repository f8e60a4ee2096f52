import { quote } from '../../reading/report.ts'
import { removeFlag } from '../edits/remove-flag.ts'
import { fixOf } from '../edits/replace-text.ts'
import { parsePlatformName } from '../facts/platform-name.ts'
import type { Rule } from '../rule.ts'

/** BuildKit's check: no constant platform, unless the name of the stage says that it is meant. */
export const fromPlatformFlagConstDisallowed: Rule = {
  name: 'FromPlatformFlagConstDisallowed',
  category: 'buildkit',
  severity: 'warning',
  summary: 'FROM names one platform, whatever is built for',
  check({ document, evaluated }, report) {
    for (const { stage, platform, platformVariables } of evaluated.stages) {
      const flag = stage.from.flags.find((each) => each.name.value === 'platform')
      const parsed = platform === undefined || platformVariables.length > 0 ? undefined : parsePlatformName(platform)
      if (flag === undefined || platform === undefined || parsed === undefined) continue
      const stageName = stage.name ?? ''
      if (stageName.includes(parsed.os) || stageName.includes(parsed.architecture)) continue
      report({
        message: `this stage is for ${quote(platform)}, whatever is built for`,
        range: flag.range,
        cost: 'On other machines the image does not run, or runs in an emulator.',
        hint: `Remove the flag, write --platform=$BUILDPLATFORM, or name the stage after ${parsed.architecture}.`,
        // What is for another system needs another base as well.
        ...(parsed.os === evaluated.targetPlatform.os
          ? fixOf('remove the flag', 'unsafe', [removeFlag(document, stage.from, flag)])
          : {}),
      })
    }
  },
}
