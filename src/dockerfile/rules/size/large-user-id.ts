import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { findOption, optionNames, readOptions } from '../facts/command-options.ts'
import type { StageFacts } from '../facts/stage-facts.ts'
import type { Rule } from '../rule.ts'

/** The options of useradd that take a value (shadow 4.17). */
const withValue = optionNames(
  `-b --base-dir -c --comment -d --home-dir -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K --key -p --password -R --root
  -P --prefix -s --shell -u --uid -Z --selinux-user`,
)

/** What `/var/log/lastlog` and `/var/log/faillog` have for each number of a user (`struct lastlog`, `struct faillog` on 64 bit). */
const bytesPerUser = 292 + 32

/** Below that the files have less than 30 MB. */
const userIdMax = 99_999

/** Large numbers of users, for whom useradd makes large files. */
export const largeUserId: Rule = {
  name: 'LargeUserId',
  category: 'size',
  severity: 'warning',
  summary: 'useradd makes a huge log for a user with a large number',
  check(file, report) {
    for (const { stage, step, isShipped } of builtSteps(file)) {
      if (!isShipped || !growsLogs(stage)) continue
      for (const command of runCommands(step)) {
        if (command.program !== 'useradd' || command.programWord === undefined) continue
        const parts = readOptions(command, withValue)
        const option = findOption(parts, '-u', '--uid')
        const number = /^\d{1,10}$/.test(option?.value ?? '') ? Number(option?.value) : 0
        if (number <= userIdMax || option?.valueWord?.isLiteral !== true) continue
        if (findOption(parts, '-l', '--no-log-init') !== undefined) continue
        const { end } = command.programWord.range
        const isPlain = file.document.text.slice(command.programWord.range.start, end).endsWith('useradd')
        report({
          message: `useradd makes logs with ${number} entries`,
          range: option.valueWord.range,
          cost: `They are ${Math.round((number * bytesPerUser) / 1e6)} MB of zeros in the layer, which building, pulling and unpacking go through.`,
          hint: 'Add --no-log-init (-l), or take a number below 60,000.',
          ...(isPlain
            ? {
                fix: {
                  title: 'add --no-log-init',
                  isSafe: true,
                  edits: [{ range: { start: end, end }, newText: ' --no-log-init' }],
                },
              }
            : {}),
        })
      }
    }
  },
}

/**
 * Whether useradd makes the files as large as the number asks for. It does no more since shadow 4.13 (shadow-maint/shadow#558):
 * in Debian since 12, in Ubuntu since 23.04. Other distributions differ too much to tell.
 */
function growsLogs({ base: { distribution } }: StageFacts): boolean {
  const { name, release = '' } = distribution ?? {}
  if (name === 'debian') return /^(?:jessie|stretch|buster|bullseye)$/.test(release)
  return name === 'ubuntu' && /^\d\d\.\d\d$/.test(release) && release < '23.04'
}
