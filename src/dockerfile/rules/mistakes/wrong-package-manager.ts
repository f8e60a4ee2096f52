import type { ShellCommand } from '../../shell-command.ts'
import type { BaseFacts, PackageManagerName } from '../facts/base-images.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { mayProvide } from '../facts/provided-programs.ts'
import { lineageSteps, type StageFacts } from '../facts/stage-facts.ts'
import type { Rule } from '../rule.ts'

/** `apt-get` in an image of Alpine, `apk` in one of Debian. */
export const wrongPackageManager: Rule = {
  name: 'WrongPackageManager',
  category: 'mistake',
  severity: 'error',
  summary: 'a package manager is called that the base does not have',
  check(file, report) {
    const reported = new Map<StageFacts, Set<string>>()
    for (const { stage, step } of builtSteps(file)) {
      const names = reported.get(stage) ?? new Set<string>()
      reported.set(stage, names)
      const commands = runCommands(step)
      for (const command of commands) {
        if (!isWrong(command, stage) || names.has(command.program) || asksBefore(command, commands)) continue
        names.add(command.program)
        const steps = lineageSteps(stage)
        if (steps.slice(0, steps.indexOf(step)).some((each) => mayProvide(each, command.program))) continue
        report({
          message: `the base has no ${command.program}`,
          range: command.programWord?.range ?? command.range,
          cost: 'The shell does not find it, and the build fails.',
          hint: hintFor(stage.base),
        })
      }
    }
  },
}

/** What they are called with may have a slip in it, so that only the program counts. */
const managers: ReadonlyMap<string, PackageManagerName> = new Map([
  ['apt-get', 'apt'],
  ['apt', 'apt'],
  ['apk', 'apk'],
  ['dnf', 'dnf'],
  ['yum', 'dnf'],
  ['microdnf', 'dnf'],
  ['zypper', 'zypper'],
  ['pacman', 'pacman'],
])

function isWrong(command: ShellCommand, { base }: StageFacts): boolean {
  const manager = managers.get(command.program)
  if (manager === undefined || command.isConditional || command.arguments.length === 0) return false
  const known = base.packageManager
  const isLacking =
    known === 'none' ? base.hasProgram(command.program) !== true : base.hasProgram(command.program) === false
  return known !== undefined && known !== manager && isLacking
}

/** `command -v apk && apk add …`: the script knows that it may not be there. */
function asksBefore({ program }: ShellCommand, commands: readonly ShellCommand[]): boolean {
  return commands.some(
    ({ wrappers, program: asked, arguments: words }) =>
      (wrappers.includes('command') && asked === '-v') ||
      (wrappers.includes('command') && asked === program) ||
      (['which', 'type', 'hash', 'test', '['].includes(asked) && words.some(({ value }) => value.endsWith(program))),
  )
}

function hintFor({ packageManager, distribution }: BaseFacts): string {
  const name = distribution?.name === 'rhel' ? "Red Hat's family" : (distribution?.name ?? 'the base')
  const commands: Readonly<Record<string, string>> = {
    apt: 'apt-get update && apt-get install -y',
    apk: 'apk add --no-cache',
    dnf: 'dnf install -y',
    zypper: 'zypper --non-interactive install',
    pacman: 'pacman -S --noconfirm',
  }
  const command = commands[packageManager ?? '']
  if (command === undefined)
    return 'The base has no package manager: install in another stage, and copy what is needed.'
  return `Write ${command} and the names that the packages have in ${name.charAt(0).toUpperCase()}${name.slice(1)}.`
}
