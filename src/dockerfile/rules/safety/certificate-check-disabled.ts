import type { DockerfileDocument } from '../../document.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { removeWords } from '../edits/remove-word.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { settingThatTurnsOff, variableTurnsOff } from '../facts/certificate-settings.ts'
import { checkDownloads, readDownload } from '../facts/downloads.ts'
import { namedProgram } from '../facts/named-program.ts'
import { packageCommand } from '../facts/package-commands.ts'
import type { Step } from '../facts/stage-facts.ts'
import { isNearHost, readWebAddress } from '../facts/web-address.ts'
import { writtenTexts } from '../facts/written-texts.ts'
import type { FoundProblem, Rule } from '../rule.ts'

/** Programs whose words may be such settings. */
const configurable = /^(?:npm|yarn|pnpm|git|conda|mamba|composer|bundle|dnf|yum|microdnf|apt|apt-get|mvn|mvnw|pip3?)$/

/** Something that tells programs to take any certificate. */
export const certificateCheckDisabled: Rule = {
  name: 'CertificateCheckDisabled',
  category: 'safety',
  severity: 'warning',
  summary: 'certificates of servers are not checked',
  check(file, report) {
    const { document } = file
    for (const { step } of builtSteps(file)) {
      for (const found of [...variablesOf(step), ...commandsOf(document, step), ...settingsOf(step)]) report(found)
    }
  },
}

function problem(what: string, range: TextRange): FoundProblem {
  return {
    message: `${what} turns the check of certificates off`,
    range,
    cost: 'Anybody on the way can answer in the place of the server, as if there were no TLS.',
    hint: 'Install ca-certificates, or the certificate of the own authority (COPY it, then update-ca-certificates).',
  }
}

/** Variables of ENV and ARG, and of the commands in a RUN. */
function variablesOf(step: Step): readonly FoundProblem[] {
  const { evaluated } = step
  const { instruction } = evaluated
  if (instruction.kind === 'env' && evaluated.kind === 'env') {
    return evaluated.pairs.flatMap(({ name, value }, index) =>
      variableTurnsOff(name, value) ? [problem(name, instruction.pairs[index]?.range ?? instruction.range)] : [],
    )
  }
  if (instruction.kind === 'arg' && evaluated.kind === 'arg') {
    return evaluated.declarations.flatMap(({ name, value }, index) =>
      value !== undefined && variableTurnsOff(name, value)
        ? [problem(name, instruction.declarations[index]?.range ?? instruction.range)]
        : [],
    )
  }
  return runCommands(step).flatMap(({ program, assignments, arguments: words }) => {
    const exported = /^(?:export|declare)$/.test(program) ? words : []
    return [
      ...assignments.map(({ name, value, range }) => ({ name, value: value?.value ?? '', range })),
      ...exported.map(({ value, range }) => ({ ...splitAssignment(value), range })),
    ].flatMap(({ name, value, range }) => (variableTurnsOff(name, value) ? [problem(name, range)] : []))
  })
}

function splitAssignment(text: string): { readonly name: string; readonly value: string } {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  return { name, value }
}

/** Options of programs. */
function commandsOf(document: DockerfileDocument, step: Step): readonly FoundProblem[] {
  const commands = runCommands(step)
  const areChecked = checkDownloads(commands)
  return commands.flatMap((command): readonly FoundProblem[] => {
    const download = readDownload(command)
    if (download !== undefined) {
      const option = download.options.find(({ name }) => isInsecure(download.tool, name))
      const hosts = download.addresses.map(({ value }) => readWebAddress(value)?.host)
      const isNear = hosts.every((host) => host !== undefined && isNearHost(host))
      if (option === undefined || areChecked || isNear) return []
      const isAlone = option.word.value === option.name
      const edit = isAlone ? removeWords(document, [option.word]) : withoutLetter(document, option.word, option.name)
      const fix = fixOf(`take ${option.name} away`, 'unsafe', [edit])
      return [{ ...problem(`${option.name} of ${command.program}`, option.word.range), ...fix }]
    }
    return settingsOfCommand(document, command)
  })
}

function isInsecure(tool: 'curl' | 'wget', name: string): boolean {
  return tool === 'curl' ? name === '-k' || name === '--insecure' : name === '--no-check-certificate'
}

/** `-fsSLk` becomes `-fsSL`. */
function withoutLetter(
  { text }: DockerfileDocument,
  { range, value }: ShellWord,
  option: string,
): { readonly range: TextRange; readonly newText: string } | undefined {
  const at = value.indexOf(option.charAt(1), 1)
  if (at === -1 || text.slice(range.start, range.end) !== value) return undefined
  return { range: { start: range.start + at, end: range.start + at + 1 }, newText: '' }
}

function settingsOfCommand(document: DockerfileDocument, command: ShellCommand): readonly FoundProblem[] {
  const { program, arguments: words } = command
  if (packageCommand(command)?.manager === 'pip') {
    const at = words.findIndex(({ value }) => /^--trusted-host(?:=|$)/.test(value))
    const option = words[at]
    if (option === undefined) return []
    const taken = option.value.includes('=') ? [option] : words.slice(at, at + 2)
    const fix = fixOf('take --trusted-host away', 'unsafe', [removeWords(document, taken)])
    return [{ ...problem('--trusted-host of pip', option.range), ...fix }]
  }
  if (!configurable.test(program)) {
    const option = words.find(({ value }) => /^--(?:insecure-skip-tls-verify|check-certificate=false)$/.test(value))
    return option === undefined ? [] : [problem(`${option.value} of ${namedProgram(program)}`, option.range)]
  }
  const option = words.find(({ value }) => /^(?:--no-strict-ssl|--no-check-certificate)$/.test(value))
  if (option !== undefined) return [problem(`${option.value} of ${program}`, option.range)]
  const alone = words.findIndex(({ value }) => isSetting(value))
  const at =
    alone === -1 ? words.findIndex(({ value }, index) => isSetting(`${value} ${words[index + 1]?.value ?? ''}`)) : alone
  const first = words[at]
  if (first === undefined) return program.startsWith('pip') ? trustedHostOfConfig(command) : []
  const last = alone === -1 ? (words[at + 1] ?? first) : first
  return [problem(`a setting of ${program}`, { start: first.range.start, end: last.range.end })]
}

function isSetting(text: string): boolean {
  return settingThatTurnsOff(text.replace(/^--/, ''), false) !== undefined
}

/** `pip config set global.trusted-host example.com` */
function trustedHostOfConfig({ arguments: words }: ShellCommand): readonly FoundProblem[] {
  const name = words.find(({ value }) => /^[a-z]+\.trusted-host$/.test(value))
  return words[0]?.value === 'config' && name !== undefined ? [problem('a setting of pip', name.range)] : []
}

/** What is written to files that programs take settings from. */
function settingsOf(step: Step): readonly FoundProblem[] {
  return writtenTexts(step).flatMap(({ text, file, at }) => {
    const isConfiguration = file !== undefined && /rc$|\.conf$|config|\/apt|yum|dnf|zypp/.test(file)
    const found = isConfiguration ? settingThatTurnsOff(text, true) : undefined
    return found === undefined ? [] : [problem('what is written here', at(found.start, found.end))]
  })
}
