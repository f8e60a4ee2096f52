import type { DockerfileDocument } from '../../document.ts'
import type { ShellWord } from '../../shell-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { packageCommand } from '../facts/package-commands.ts'
import type { PackageManager } from '../facts/package-managers.ts'
import { packageNames } from '../facts/package-names.ts'
import { slipFinder } from '../facts/typing-slips.ts'
import type { FoundProblem, Rule } from '../rule.ts'

const ofSystem: ReadonlySet<PackageManager> = new Set(['apt', 'apk', 'dnf', 'zypper', 'pacman'])
const slips = slipFinder([...packageNames], packageNames)

/** `apk add pyhton3` */
export const mistypedPackageName: Rule = {
  name: 'MistypedPackageName',
  category: 'mistake',
  severity: 'error',
  summary: 'the name of a package has two letters in the wrong order',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      for (const command of runCommands(step)) {
        const asked = packageCommand(command)
        if (asked === undefined || asked.action !== 'install' || !ofSystem.has(asked.manager)) continue
        for (const word of asked.packages) {
          const found = problemOf(file.document, word)
          if (found !== undefined) report(found)
        }
      }
    }
  },
}

/** Names of packages differ by a letter often enough; only letters that changed places count. */
function problemOf({ text }: DockerfileDocument, { value, range, isLiteral }: ShellWord): FoundProblem | undefined {
  const [name = ''] = /^[a-z][a-z0-9.+-]{4,}(?=$|[=~<>])/.exec(value) ?? []
  const meant = isLiteral && name !== '' ? slips.find(name) : undefined
  if (meant === undefined || !isSwap(name, meant)) return undefined
  const isPlain = text.slice(range.start, range.end) === value
  const place = { start: range.start, end: range.start + name.length }
  return {
    message: `the package ${name} looks like a slip of ${meant}`,
    range,
    cost: 'The package manager does not find it, and the build fails.',
    hint: `Did you mean ${meant}?`,
    ...(isPlain ? fixOf(`write ${meant}`, 'unsafe', [{ range: place, newText: meant }]) : {}),
  }
}

function isSwap(text: string, name: string): boolean {
  const sorted = (word: string): string => word.split('').toSorted().join('')
  return (
    text.length === name.length &&
    sorted(text) === sorted(name) &&
    !/\d/.test(text.split('').find((letter, at) => letter !== name[at]) ?? '')
  )
}
