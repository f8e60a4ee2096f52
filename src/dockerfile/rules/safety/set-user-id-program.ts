import { builtSteps } from '../facts/built-steps.ts'
import { modeChanges } from '../facts/mode-changes.ts'
import type { Rule } from '../rule.ts'

/** Programs that run with the rights of their owner. */
export const setUserIdProgram: Rule = {
  name: 'SetUserIdProgram',
  category: 'safety',
  severity: 'warning',
  summary: 'a program gets the rights of its owner, whoever starts it',
  check(file, report) {
    for (const { step, isShipped } of builtSteps(file)) {
      if (!isShipped) continue
      for (const { text, mode, range } of modeChanges(step)) {
        if (!mode.isSetUserId) continue
        report({
          message: `mode ${text} lets a program run with the rights of its owner`,
          range,
          cost: 'Where the owner is root, a hole in this program makes every user root.',
          hint: 'Give it the one capability that it needs instead: setcap cap_net_bind_service=+ep FILE.',
        })
      }
    }
  },
}
