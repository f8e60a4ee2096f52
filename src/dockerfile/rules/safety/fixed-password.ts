import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { findOption, optionNames, readOptions } from '../facts/command-options.ts'
import type { Step } from '../facts/stage-facts.ts'
import { quote } from '../../reading/report.ts'
import type { Rule } from '../rule.ts'

/** The options of useradd and usermod that take a value (shadow 4.17). */
const withValue = optionNames(
  `-b --base-dir -c --comment -d --home-dir --home -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K --key -p --password -R
  --root -P --prefix -s --shell -u --uid -Z --selinux-user -l --login -v -V -w -W --add-subuids --del-subuids --add-subgids
  --del-subgids`,
)

/** Passwords of users that are the same in every container. */
export const fixedPassword: Rule = {
  name: 'FixedPassword',
  category: 'safety',
  severity: 'warning',
  summary: 'a user of the image has a password that everybody can know',
  check(file, report) {
    for (const { step, isShipped } of builtSteps(file)) {
      if (!isShipped) continue
      for (const { user, range, isEmpty } of passwordsOf(step)) {
        const whose = user === undefined ? 'a user' : quote(user)
        report({
          message: isEmpty ? `${whose} needs no password` : `the password of ${whose} stands in the Dockerfile`,
          range,
          cost: 'It is the same in every container, and whoever has the image or this file can become that user.',
          hint: 'Give the user none: nobody logs in to a container, and USER needs no password.',
        })
      }
    }
  },
}

interface SetPassword {
  readonly user: string | undefined
  /** Not of the password: it is not shown once more. */
  readonly range: TextRange
  readonly isEmpty: boolean
}

function passwordsOf(step: Step): readonly SetPassword[] {
  const commands = runCommands(step)
  return commands.flatMap((command, index): readonly SetPassword[] => {
    const { program } = command
    if (program === 'chpasswd') return fromInput(step, command, commands.slice(Math.max(0, index - 3), index))
    if (program === 'passwd') return ofPasswd(command, commands[index - 1])
    return program === 'useradd' || program === 'usermod' ? ofUseradd(command) : []
  })
}

/** What chpasswd reads: lines `user:password`. */
function fromInput(step: Step, command: ShellCommand, before: readonly ShellCommand[]): readonly SetPassword[] {
  const { redirections, pipeline, programWord, range } = command
  const { instruction } = step.evaluated
  const isHeredoc = redirections.some(({ operator }) => operator === '<<' || operator === '<<-')
  const texts = [
    ...redirections.flatMap(({ operator, target }) => (operator === '<<<' ? [target?.value ?? ''] : [])),
    ...(isHeredoc ? instruction.heredocs.map(({ content }) => content.value) : []),
    ...before.flatMap((each) => (each.pipeline === pipeline ? echoed(each) : [])),
  ]
  for (const text of texts) {
    const user = /(?:^|[\s"'])([a-z_][a-z0-9_.-]*):[^\s$`:{<]/m.exec(text)?.[1]
    if (user !== undefined) return [{ user, range: programWord?.range ?? range, isEmpty: false }]
  }
  return []
}

/** What a command prints, as far as it is known. */
function echoed({ program, arguments: words }: ShellCommand): readonly string[] {
  return program === 'echo' || program === 'printf' ? [words.map(({ value }) => value).join(' ')] : []
}

function ofPasswd(command: ShellCommand, before: ShellCommand | undefined): readonly SetPassword[] {
  const parts = readOptions(command, optionNames('-i -n -w -x -R -r'))
  const user = parts.operands[0]?.value
  const emptied = findOption(parts, '-d', '--delete')
  if (emptied !== undefined) return [{ user, range: emptied.word.range, isEmpty: true }]
  const [text] = before?.pipeline === command.pipeline ? echoed(before) : []
  const isLiteral = text !== undefined && !/[$`]/.test(text) && /\w/.test(text)
  const isSet = parts.options.every(({ name }) => name === '--stdin' || name === '-q')
  return isLiteral && isSet ? [{ user, range: command.programWord?.range ?? command.range, isEmpty: false }] : []
}

function ofUseradd(command: ShellCommand): readonly SetPassword[] {
  const parts = readOptions(command, withValue)
  const option = findOption(parts, '-p', '--password')
  if (option?.value === undefined || option.valueWord === undefined) return []
  const user = parts.operands[0]?.value
  // `*` and `!` are no password at all, which nobody can give.
  if (/^[!*x]/.test(option.value) && option.value.length < 3) return []
  const isKnown = option.valueWord.isLiteral || isComputed(option.valueWord)
  const { start } = option.word.range
  return isKnown ? [{ user, range: { start, end: start + option.name.length }, isEmpty: option.value === '' }] : []
}

/** `$(openssl passwd -6 secret)` */
function isComputed({ value, hasSubstitution }: ShellWord): boolean {
  return (
    hasSubstitution && /^(?:\$\(|`)\s*(?:openssl\s+passwd|mkpasswd)\s[^$`]{0,200}[^\s$`)-][^$`]{0,200}[)`]$/.test(value)
  )
}
