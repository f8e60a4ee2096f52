import { quote } from '../../reading/report.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { packageCommand } from '../facts/package-commands.ts'
import type { PackageManager } from '../facts/package-managers.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import { isRoot } from '../facts/users.ts'
import type { Rule } from '../rule.ts'

/** Package managers that write where only root may. */
const ofSystem: ReadonlySet<PackageManager> = new Set(['apt', 'apk', 'dnf', 'zypper', 'pacman'])

/** Packages are installed behind a USER that is not root. */
export const packagesWithoutRoot: Rule = {
  name: 'PackagesWithoutRoot',
  category: 'mistake',
  severity: 'error',
  summary: 'a package manager of the system is run by a user who may not install anything',
  check(file, report) {
    const reported = new Set<StageFacts>()
    for (const { stage, step } of builtSteps(file)) {
      const { user } = step
      if (user === undefined || isRoot(user) !== false || stage.base.isWindows || reported.has(stage)) continue
      const command = runCommands(step).find((each) => {
        const asked = packageCommand(each)
        return asked !== undefined && ofSystem.has(asked.manager) && each.wrappers.length === 0 && !each.isNested
      })
      if (command === undefined || command.isConditional) continue
      reported.add(stage)
      report({
        message: `${command.program} needs root, and this RUN is run by ${quote(user)}`,
        range: command.programWord?.range ?? command.range,
        cost: 'It ends with "Permission denied", and the build fails.',
        hint: 'Put the RUN before USER, or write USER root before it and the user again behind it.',
      })
    }
  },
}
