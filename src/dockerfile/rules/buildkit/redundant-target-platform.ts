import { removeFlag } from '../edits/remove-flag.ts'
import { fixOf } from '../edits/replace-text.ts'
import type { Rule } from '../rule.ts'

const name = 'TARGETPLATFORM'

/** BuildKit's check: FROM takes the target's platform by itself. */
export const redundantTargetPlatform: Rule = {
  name: 'RedundantTargetPlatform',
  category: 'buildkit',
  severity: 'warning',
  summary: 'FROM names the platform that it would take anyway',
  check({ document, evaluated }, report) {
    const isDeclared = document.globalArguments.some((each) => each.declarations.some((one) => one.name.value === name))
    for (const { stage, platform, platformVariables } of evaluated.stages) {
      const flag = stage.from.flags.find((each) => each.name.value === 'platform')
      if (flag === undefined || platform !== evaluated.globalArguments.get(name)) continue
      if (!platformVariables.every((use) => use.name === name && use.isSet) || platformVariables.length === 0) continue
      report({
        message: `${flag.value?.value ?? `$${name}`} is the platform that FROM takes anyway`,
        range: flag.range,
        hint: 'Remove the flag.',
        ...fixOf('remove the flag', isDeclared ? 'unsafe' : 'safe', [removeFlag(document, stage.from, flag)]),
      })
    }
  },
}
