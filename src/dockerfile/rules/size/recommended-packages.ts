import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import { addOption } from '../edits/add-option.ts'
import { addPackage } from '../edits/add-package.ts'
import { fixOf } from '../edits/replace-text.ts'
import { hasOption, packageCommand, type PackageCommand } from '../facts/package-commands.ts'
import type { PackageManager } from '../facts/package-managers.ts'
import { largeRecommendation, recommendsNothing } from '../facts/recommended-sizes.ts'
import { shippedRuns, shippedSteps } from '../facts/shipped-steps.ts'
import { writtenTexts } from '../facts/written-texts.ts'
import type { Rule, RuleInput } from '../rule.ts'

interface Recommender {
  /** The option that says no. */
  readonly option: string
  /** What else says no, in an option or in a file of the package manager's settings. */
  readonly refusal: RegExp
}

const recommenders: { readonly [Manager in PackageManager]?: Recommender } = {
  apt: { option: '--no-install-recommends', refusal: /APT::Install-Recommends\b["'=\s]*(?:0|false|no|off)\b/i },
  dnf: { option: '--setopt=install_weak_deps=False', refusal: /install_weak_deps\s*=\s*(?:0|false|no)\b/i },
  zypper: { option: '--no-recommends', refusal: /solver\.onlyRequires\s*=\s*true/i },
}

/** Packages that others only recommend are installed as well. */
export const recommendedPackages: Rule = {
  name: 'RecommendedPackages',
  category: 'size',
  severity: 'information',
  summary: 'packages are installed with all that they recommend',
  check(file, report) {
    const refused = refusedBySettings(file)
    const hasCompiler = file.target?.base.hasProgram('gcc') === true
    let hasCertificates = file.target?.base.hasCertificates === true
    for (const { commands } of shippedRuns(file)) {
      for (const command of commands) {
        const asked = packageCommand(command)
        hasCertificates ||= asked?.packages.some((word) => nameOf(word) === certificates) === true
        const recommender = asked === undefined ? undefined : recommenderOf(command, asked)
        if (asked === undefined || recommender === undefined || refused.has(asked.manager)) continue
        const { option } = recommender
        const largest = asked.manager === 'apt' ? largestOf(asked, hasCompiler) : undefined
        if (asked.manager === 'apt' && asked.packages.every((word) => recommendsNothing(nameOf(word)))) continue
        const client = hasCertificates || asked.manager !== 'apt' ? undefined : clientOf(asked)
        hasCertificates ||= client !== undefined
        const added = client === undefined ? option : `${option} and ${certificates}`
        report({
          message: `${command.program} installs what these packages recommend, too`,
          ...(largest === undefined ? {} : { severity: 'warning' }),
          range: { start: command.programWord?.range.start ?? command.range.start, end: asked.actionWord.range.end },
          cost:
            largest === undefined
              ? 'Recommended packages are useful to most people at a desk, and often more than what was asked for.'
              : `${largest.name} alone brings about ${largest.megabytes} MB along that it only recommends.`,
          hint:
            client === undefined
              ? `Add ${option}, and name what is missed then.`
              : `Add ${option}, and name what is missed then: ${client.value} needs ${certificates} for HTTPS.`,
          ...fixOf(`add ${added}`, 'unsafe', [
            addOption(file.document, asked.actionWord, option),
            ...(client === undefined ? [] : [addPackage(file.document, client, certificates)]),
          ]),
        })
      }
    }
  },
}

const certificates = 'ca-certificates'

/** A package that only recommends the certificates which it needs: curl (by its library), git and wget of Debian and Ubuntu. */
function clientOf({ packages }: PackageCommand): ShellWord | undefined {
  return packages.find((word) => word.isLiteral && ['curl', 'git', 'wget'].includes(nameOf(word)))
}

/** The package that is known to bring most along. Where a compiler is, what it recommends was refused before. */
function largestOf(
  { packages }: PackageCommand,
  hasCompiler: boolean,
): { readonly name: string; readonly megabytes: number } | undefined {
  return packages
    .flatMap((word) => {
      const name = nameOf(word)
      const isThere = hasCompiler && /^(?:gcc|g\+\+|build-essential|cmake)$|-dev$/.test(name)
      const megabytes = word.isLiteral && !isThere ? largeRecommendation(name) : undefined
      return megabytes === undefined ? [] : [{ name, megabytes }]
    })
    .toSorted((a, b) => b.megabytes - a.megabytes)[0]
}

/** `curl=8.14.1-2` and `curl:amd64` are `curl`. */
function nameOf({ value }: ShellWord): string {
  return value.replace(/[=:/].*$/, '')
}

/** Undefined where nothing is recommended: the command installs nothing, says no already, or is of a program that asks nobody. */
function recommenderOf({ program, arguments: words }: ShellCommand, asked: PackageCommand): Recommender | undefined {
  const recommender = recommenders[asked.manager]
  if (recommender === undefined || asked.action !== 'install' || asked.packages.length === 0) return undefined
  // yum of RHEL 7 and tdnf know no weak dependencies.
  if (asked.manager === 'dnf' && program !== 'dnf' && program !== 'dnf5' && program !== 'microdnf') return undefined
  if (
    hasOption(asked, recommender.option, '--no-install-recommends', '--no-recommends', '--without-recommends', '-R')
  ) {
    return undefined
  }
  return words.some(({ value }) => recommender.refusal.test(value)) ? undefined : recommender
}

/** Package managers that some file of the image, or of what it begins with, tells not to. */
function refusedBySettings(file: RuleInput): ReadonlySet<PackageManager> {
  const texts = shippedSteps(file).flatMap((step) => writtenTexts(step).map(({ text }) => text))
  const managers = ['apt', 'dnf', 'zypper'] as const
  return new Set(managers.filter((manager) => texts.some((text) => recommenders[manager]?.refusal.test(text) === true)))
}
