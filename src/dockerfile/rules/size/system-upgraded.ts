import { deleteInstruction } from '../../edit.ts'
import { removeCommand } from '../edits/remove-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import { packageCommand, type PackageCommand } from '../facts/package-commands.ts'
import { shippedRuns } from '../facts/shipped-steps.ts'
import type { Rule } from '../rule.ts'

/** All packages of the base are replaced by newer ones. */
export const systemUpgraded: Rule = {
  name: 'SystemUpgraded',
  category: 'size',
  severity: 'information',
  summary: 'all packages of the base are upgraded in a new layer',
  check(file, report) {
    for (const { run, commands } of shippedRuns(file)) {
      for (const [at, command] of commands.entries()) {
        const asked = packageCommand(command)
        if (asked === undefined || !upgradesAll(asked)) continue
        const edit =
          commands.length === 1
            ? deleteInstruction(file.document, run.instruction)
            : removeCommand(file.document, commands, at)
        report({
          message: `${command.program} ${asked.actionWord.value} replaces packages of the base image`,
          range: { start: command.programWord?.range.start ?? command.range.start, end: asked.actionWord.range.end },
          cost: 'The old files stay in the layers below, the new ones come on top, and what they are depends on the day.',
          hint: 'Build on a newer base image, without the cache; upgrade single packages where an advisory asks for it.',
          ...fixOf(`remove ${command.program} ${asked.actionWord.value}`, 'unsafe', [edit]),
        })
      }
    }
  },
}

const managers: ReadonlySet<PackageCommand['manager']> = new Set(['apt', 'apk', 'dnf', 'zypper', 'pacman'])

/** pacman knows no other way to install than with everything up to date. */
function upgradesAll({ manager, action, packages }: PackageCommand): boolean {
  return action === 'upgrade' && packages.length === 0 && managers.has(manager) && manager !== 'pacman'
}
