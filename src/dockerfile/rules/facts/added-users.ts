import type { TextRange } from '../../text-range.ts'
import { runCommands } from './built-steps.ts'
import { optionNames, readOptions } from './command-options.ts'
import type { Step } from './stage-facts.ts'

/** A user whom a RUN adds. */
export interface AddedUser {
  readonly name: string
  readonly range: TextRange
}

/** Those of useradd (shadow 4.17), of Debian's adduser, and of BusyBox's. */
const withValue = optionNames(
  `-b --base-dir -c --comment -d --home-dir -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K --key -p --password -R --root
  -P --prefix -s --shell -u --uid -Z --selinux-user -h --home --firstuid --lastuid --firstgid --lastgid --gecos --ingroup --conf`,
)

/** The users that a RUN adds under names that no variable decides. */
export function addedUsers(step: Step): readonly AddedUser[] {
  return runCommands(step).flatMap((command) => {
    if (command.program !== 'useradd' && command.program !== 'adduser') return []
    const { operands } = readOptions(command, withValue)
    // `adduser USER GROUP` adds a user to a group.
    const [name] = operands
    const isName = name?.isLiteral === true && operands.length === 1 && /^[a-z_][a-z0-9_.-]*$/i.test(name.value)
    return isName ? [{ name: name.value, range: name.range }] : []
  })
}
