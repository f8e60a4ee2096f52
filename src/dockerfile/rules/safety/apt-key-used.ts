import { builtSteps, runCommands } from '../facts/built-steps.ts'
import type { Rule } from '../rule.ts'

/** Releases of Debian without apt-key: apt dropped it in 2.9.26. */
const without: ReadonlySet<string | undefined> = new Set(['trixie', 'forky', 'sid'])

/** `apt-key add`: keys that apt takes for every source, by a program that is gone. */
export const aptKeyUsed: Rule = {
  name: 'AptKeyUsed',
  category: 'safety',
  severity: 'warning',
  summary: 'apt-key makes a key valid for all sources of packages',
  check(file, report) {
    for (const { stage, step } of builtSteps(file)) {
      const { distribution } = stage.base
      const isGone = distribution?.name === 'debian' && without.has(distribution.release)
      for (const { program, programWord, arguments: words, range } of runCommands(step)) {
        const action = words.find(({ value }) => value === 'add' || value === 'adv' || value === 'update')
        if (program !== 'apt-key' || action === undefined) continue
        report({
          severity: isGone ? 'error' : 'warning',
          message: isGone
            ? 'this release of Debian has no apt-key'
            : 'apt-key is deprecated, and what it adds is valid for every source',
          range: { start: programWord?.range.start ?? range.start, end: action.range.end },
          cost: 'Whoever has this key can sign packages of the distribution as well; Debian 13 has no apt-key at all.',
          hint: 'Put the key into /etc/apt/keyrings, and name it in the source: deb [signed-by=/etc/apt/keyrings/NAME.asc] https://….',
        })
      }
    }
  },
}
