import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { packageCommand } from '../facts/package-commands.ts'
import type { Step } from '../facts/stage-facts.ts'
import { writtenTexts } from '../facts/written-texts.ts'
import type { TextRange } from '../../text-range.ts'
import type { Rule } from '../rule.ts'

/** A way back to root for the user of the container. */
export const sudoShipped: Rule = {
  name: 'SudoShipped',
  category: 'safety',
  severity: 'warning',
  summary: 'a user of the container can become root',
  check(file, report) {
    for (const { step, isShipped } of builtSteps(file)) {
      if (!isShipped) continue
      for (const range of rulesWithoutPassword(step)) {
        report({
          message: 'sudo makes a user root without asking for a password',
          range,
          cost: 'Whoever breaks into the program is root one command later: USER protects nothing.',
          hint: 'Do what needs root in a RUN before USER, and leave sudo out of the image.',
        })
      }
      const range = installedSudo(step)
      if (range === undefined) continue
      report({
        severity: 'information',
        message: 'sudo is installed in the image',
        range,
        cost: 'A program that makes root out of users has had holes of its own, and a container needs none.',
        hint: 'Leave it out, and use USER; an entrypoint that starts as root can use gosu, su-exec or setpriv.',
      })
    }
  },
}

function rulesWithoutPassword(step: Step): readonly TextRange[] {
  const written = writtenTexts(step).flatMap(({ text, file, at }) => {
    const index = text.search(/\bNOPASSWD\b/)
    return index !== -1 && (file === undefined || file.includes('sudo')) ? [at(index, index + 'NOPASSWD'.length)] : []
  })
  const replaced = runCommands(step)
    .filter(
      ({ program, arguments: words }) => program === 'sed' && words.some(({ value }) => value.includes('/sudoers')),
    )
    .flatMap(({ arguments: words }) => words.filter(({ value }) => value.includes('NOPASSWD')))
  return [...written, ...replaced.map(({ range }) => range)]
}

/** Where sudo is installed, unless the same RUN takes it away. */
function installedSudo(step: Step): TextRange | undefined {
  let found: TextRange | undefined
  for (const command of runCommands(step)) {
    const asked = packageCommand(command)
    const word = asked?.packages.find(({ value }) => /^sudo(?:=.*)?$/.test(value))
    if (word === undefined) continue
    if (asked?.action === 'install') found = word.range
    if (asked?.action === 'remove') found = undefined
  }
  return found
}
