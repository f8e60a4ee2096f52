import type { DockerfileDocument } from '../../document.ts'
import { quote } from '../../reading/report.ts'
import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { packageCommand } from '../facts/package-commands.ts'
import type { PackageManager } from '../facts/package-managers.ts'
import { tornPackage } from '../facts/package-names.ts'
import type { ReportFinding, Rule } from '../rule.ts'

const ofSystem: ReadonlySet<PackageManager> = new Set(['apt', 'apk', 'dnf', 'zypper', 'pacman'])

/** `apk add ca- certificates` */
export const splitPackageName: Rule = {
  name: 'SplitPackageName',
  category: 'mistake',
  severity: 'error',
  summary: 'a blank has got into the name of a package',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      for (const command of runCommands(step)) checkCommand(file.document, command, report)
    }
  },
}

function checkCommand(document: DockerfileDocument, command: ShellCommand, report: ReportFinding): void {
  const asked = packageCommand(command)
  if (asked === undefined || asked.action !== 'install' || !ofSystem.has(asked.manager)) return
  const packages = new Set(asked.packages)
  const words = command.arguments
  for (let at = 0; at + 1 < words.length; at += 1) {
    const first = words[at]
    const second = words[at + 1]
    if (first === undefined || second === undefined || !packages.has(first) || !first.isLiteral || !second.isLiteral)
      continue
    const name = nameOf(first, second, asked.manager, packages)
    if (name === undefined) continue
    report({
      message: `${quote(first.value)} and ${quote(second.value)} are one package: ${name}`,
      range: { start: first.range.start, end: second.range.end },
      cost: `${command.program} looks for two packages, does not find them, and fails.`,
      hint: `Write ${name} in one word.`,
      ...fixFor(document, first, second, name),
    })
    at += 1
  }
}

/** A hyphen at the end of a name asks apt to remove the package; to others it is no name. */
function nameOf(
  first: ShellWord,
  second: ShellWord,
  manager: PackageManager,
  packages: ReadonlySet<ShellWord>,
): string | undefined {
  const known = tornPackage(first.value, second.value)
  if (known !== undefined) return known
  const isCut = /^[a-z][\w.+]*-$/.test(first.value) && packages.has(second) && /^[a-z][\w.+-]*$/.test(second.value)
  return isCut && manager !== 'apt' ? first.value + second.value : undefined
}

function fixFor(
  { text }: DockerfileDocument,
  first: ShellWord,
  second: ShellWord,
  name: string,
): ReturnType<typeof fixOf> {
  const range = { start: first.range.start, end: second.range.end }
  const isPlain = text.slice(range.start, range.end).replace(/[ \t]+/, ' ') === `${first.value} ${second.value}`
  return isPlain ? fixOf(`write ${name}`, 'unsafe', [{ range, newText: name }]) : {}
}
