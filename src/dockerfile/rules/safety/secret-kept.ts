import type { EvaluatedRun } from '../../evaluated.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { builtSteps, runCommands, type BuiltStep } from '../facts/built-steps.ts'
import { homely, removedPaths } from '../facts/cleared-folders.ts'
import { isWithin } from '../facts/paths.ts'
import { writtenTexts } from '../facts/written-texts.ts'
import { isSecretName } from '../facts/secret-names.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** Secrets that a RUN is given safely, and then writes to a file of its layer. */
export const secretKept: Rule = {
  name: 'SecretKept',
  category: 'safety',
  severity: 'warning',
  summary: 'a secret is written to a file of the layer',
  check(file, report) {
    for (const built of builtSteps(file)) {
      const { evaluated } = built.step
      if (evaluated.kind !== 'run') continue
      const [found] = keptSecrets(built, evaluated)
      if (found !== undefined) report(problem(built, found))
    }
  },
}

interface KeptSecret {
  readonly range: TextRange
  readonly what: string
  /** Where it goes. Undefined where the program decides. */
  readonly file: string | undefined
}

function problem({ isShipped }: BuiltStep, { range, what, file }: KeptSecret): FoundProblem {
  return {
    severity: isShipped ? 'warning' : 'information',
    message: `${what}, and stays in the layer`,
    range,
    cost: isShipped
      ? 'Everybody who has the image can read it; deleting it in a later step only hides it.'
      : 'It stays in the cache of the builder, and in what is exported from there.',
    hint:
      file === undefined
        ? 'Mount a file that holds it where the program looks (RUN --mount=type=secret,target=…), or unset it in the same RUN.'
        : 'Mount the secret there instead: RUN --mount=type=secret,target=…; or delete the file in the same RUN.',
  }
}

function keptSecrets({ step }: BuiltStep, run: EvaluatedRun): readonly KeptSecret[] {
  const commands = runCommands(step)
  const removed = new Set(commands.flatMap((command) => removedPaths(command).map(({ path }) => withoutEnd(path))))
  const removesSettings = [...removed].some((path) => /\.(?:gitconfig|npmrc|netrc|git|docker|yarnrc\.yml)$/.test(path))
  const isUnset = commands.some((command) => unsetsSettings(command))
  const isGone = ({ file }: KeptSecret): boolean =>
    file === undefined ? isUnset || removesSettings : isMountedOn(run, file) || isRemoved(removed, file)
  return [
    ...commands.flatMap((command) => copiedMounts(run, command)),
    ...writtenVariables(step),
    ...commands.flatMap((command) => storedSettings(command)),
  ].filter((found) => !isGone(found))
}

function isMountedOn({ mounts }: EvaluatedRun, file: string): boolean {
  const path = homely(file)
  return path.startsWith('/dev/') || mounts.some(({ target }) => target !== undefined && isWithin(path, homely(target)))
}

/** Whether a file, or a folder that it is in, is among those that are removed. */
function isRemoved(removed: ReadonlySet<string>, file: string): boolean {
  const parts = withoutEnd(homely(file)).split('/')
  return parts.some((_, index) => removed.has(parts.slice(0, index + 1).join('/')))
}

function withoutEnd(path: string): string {
  return path.replace(/\/\*?$/, '')
}

/** Secret mounts that are copied: `cp /run/secrets/key /root/.key`, `cat /run/secrets/key > /root/.key`. */
function copiedMounts({ mounts }: EvaluatedRun, command: ShellCommand): readonly KeptSecret[] {
  const secrets = mounts.flatMap(({ type, target, id, environmentVariable }) =>
    type !== 'secret' || environmentVariable !== undefined ? [] : [target ?? `/run/secrets/${id ?? ''}`],
  )
  const isSecret = ({ value }: ShellWord): boolean =>
    /^\/run\/secrets\/./.test(value) || secrets.some((secret) => secret === value)
  const { program, arguments: words, redirections } = command
  const what = 'a secret mount is copied to a file'
  const plain = words.filter(({ value }) => !value.startsWith('-'))
  if (/^(?:cp|mv|install)$/.test(program)) {
    const target = plain.at(-1)
    return plain.slice(0, -1).some((word) => isSecret(word)) && target !== undefined
      ? [{ range: command.range, what, file: target.value }]
      : []
  }
  const output = redirections.find(({ operator }) => /^(?:>|>>|>\|)$/.test(operator))?.target
  const isRead =
    plain.some((word) => isSecret(word)) ||
    redirections.some(({ operator, target }) => operator === '<' && target !== undefined && isSecret(target))
  const isCopy = /^(?:cat|base64|tee|dd|head|tail|tr|sed|envsubst)$/.test(program)
  const file = program === 'tee' ? plain[0]?.value : output?.value
  return isCopy && isRead && file !== undefined ? [{ range: command.range, what, file }] : []
}

/** Lines for tools' files of credentials in which a variable stands that the shell replaces. */
function writtenVariables(step: BuiltStep['step']): readonly KeptSecret[] {
  return writtenTexts(step).flatMap(({ text, at, file, isExpanded }) => {
    const found =
      /(?:_authToken|_auth|_password|npmAuthToken)\s{0,9}[=:]\s{0,9}["']?\$|\bpassword\s{1,9}\$|:\/\/[^\s/@]{0,100}\$[^\s/@]{1,100}@|aws_secret_access_key\s{0,9}=\s{0,9}\$/.exec(
        text,
      )
    if (!isExpanded || file === undefined || file.startsWith('/dev/')) return []
    const [, name = ''] = /^\$\{?(\w{1,100})\}?$/.exec(text.trim()) ?? []
    if (isSecretName(name)) return [{ range: at(0, text.length), what: 'a credential is written to a file', file }]
    if (found === null) return []
    return [{ range: at(found.index, found.index + found[0].length), what: 'a credential is written to a file', file }]
  })
}

/** Commands that write a credential to the settings of a program. */
function storedSettings(command: ShellCommand): readonly KeptSecret[] {
  const { program, arguments: words } = command
  const store = (file?: string): readonly KeptSecret[] => [
    { range: command.range, what: `${program} writes a credential to its settings`, file },
  ]
  const values = words.map(({ value }) => value)
  const isGiven = (pattern: RegExp): boolean => words.some(({ value, isLiteral }) => !isLiteral && pattern.test(value))
  const inAddress = /:\/\/[^\s/@]{0,100}\$[^\s/@]{1,100}@/
  if (program === 'git') {
    const isConfig = values.includes('config') && isGiven(inAddress)
    return isConfig || (values.includes('clone') && isGiven(inAddress)) ? store() : []
  }
  if (
    /^(?:npm|yarn|pnpm|pip3?|composer|bundle|poetry|aws)$/.test(program) &&
    /^(?:config|configure|set)$/.test(values[0] ?? '')
  ) {
    const isNamed = values.some((value) => /auth|token|password|secret_access_key|http-basic/i.test(value))
    return isGiven(inAddress) || (isNamed && isGiven(/\$/)) ? store() : []
  }
  return values.includes('--store-password-in-clear-text') && isGiven(/\$/) ? store() : []
}

/** Commands that take such settings back. */
function unsetsSettings({ program, arguments: words }: ShellCommand): boolean {
  const isSettings = /^(?:git|npm|yarn|pnpm|pip3?|composer|bundle|poetry|dotnet|nuget)$/.test(program)
  return (
    isSettings &&
    words.some(({ value }) => /^(?:--unset(?:-all)?|--remove-section|unset|delete|rm|remove|set-url)$/.test(value))
  )
}
