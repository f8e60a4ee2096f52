import type { ShellCommand, ShellWord } from '../../shell-command.ts'
import type { TextRange } from '../../text-range.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import type { Step } from '../facts/stage-facts.ts'
import { writtenTexts } from '../facts/written-texts.ts'
import type { FoundProblem, Rule } from '../rule.ts'

interface Switch {
  readonly programs: RegExp
  readonly words: RegExp
}

/** Words that tell a package manager to take packages without a valid signature. */
const switches: readonly Switch[] = [
  {
    programs: /^(?:apt|apt-get|aptitude)$/,
    words:
      /^(?:--allow-unauthenticated|--force-yes|--allow-insecure-repositories|(?:-o)?"?APT::Get::AllowUnauthenticated=(?:true|1|yes)|(?:-o)?Acquire::(?:AllowInsecureRepositories|AllowWeakRepositories|AllowDowngradeToInsecureRepositories)=(?:true|1|yes))$/i,
  },
  { programs: /^apk$/, words: /^--allow-untrusted$/ },
  {
    programs: /^(?:dnf5?|yum|microdnf|tdnf)$/,
    words: /^(?:--nogpgcheck|--no-gpgchecks|--setopt=(?:\S*\.)?gpgcheck=(?:0|false|no))$/i,
  },
  { programs: /^zypper$/, words: /^(?:--no-gpg-checks?)$/ },
  { programs: /^rpm$/, words: /^(?:--nosignature|--nogpg|--nodigest)$/ },
]

const textPatterns: readonly (readonly [RegExp, RegExp])[] = [
  [/apt|sources|\.list$/, /\[[^\]\n]{0,300}\btrusted=yes\b[^\]\n]{0,300}\]|^Trusted:[ \t]*yes\b/im],
  [/apt/, /(?:AllowUnauthenticated|AllowInsecureRepositories)"?\s+"?(?:true|1|yes)/i],
  [/yum|dnf|\.repo$/, /^[ \t]*gpgcheck[ \t]*=[ \t]*(?:0|false|no)\b/im],
  [/pacman/, /^[ \t]*SigLevel[ \t]*=[ \t]*(?:Never|.*\bTrustAll\b).*/im],
]

/** Packages that are installed without a check of who made them. */
export const unverifiedPackages: Rule = {
  name: 'UnverifiedPackages',
  category: 'safety',
  severity: 'warning',
  summary: 'packages are installed without a check of their signatures',
  check(file, report) {
    for (const { step } of builtSteps(file)) {
      for (const command of runCommands(step)) {
        const word = switchOf(command)
        if (word !== undefined) report(problem(`${word.value} of ${command.program}`, word.range))
      }
      for (const range of writtenSwitches(step)) report(problem('what is written here', range))
      for (const found of checksumsOfGo(step)) report(found)
    }
  },
}

function problem(what: string, range: TextRange): FoundProblem {
  return {
    message: `${what} lets packages in that nobody signed`,
    range,
    cost: 'Their scripts run as root in the build: a changed mirror, or anybody on the way, decides what they do.',
    hint: 'Install the key of the repository (signed-by=… for apt, /etc/apk/keys for apk, gpgkey=… for dnf) and keep the check.',
  }
}

function switchOf({ program, arguments: words }: ShellCommand): ShellWord | undefined {
  const known = switches.find(({ programs }) => programs.test(program))
  // A package file is signed by nobody; what a digest was compared with may be installed so.
  const isLocalFile = program === 'apk' && words.some(({ value }) => value.endsWith('.apk'))
  return known === undefined || isLocalFile ? undefined : words.find(({ value }) => known.words.test(value))
}

function writtenSwitches(step: Step): readonly TextRange[] {
  const written = writtenTexts(step).flatMap(({ text, file, at }) => {
    if (file === undefined) return []
    const found = textPatterns.find(([files, pattern]) => files.test(file) && pattern.test(text))?.[1].exec(text)
    return found === null || found === undefined ? [] : [at(found.index, found.index + found[0].length)]
  })
  const added = runCommands(step)
    .filter(({ program }) => program === 'add-apt-repository' || program === 'apt-add-repository')
    .flatMap(({ arguments: words }) => words.filter(({ value }) => /\[[^\]]{0,300}\btrusted=yes\b/.test(value)))
  return [...written, ...added.map(({ range }) => range)]
}

/** Go's list of checksums, turned off for all modules. */
function checksumsOfGo({ evaluated }: Step): readonly FoundProblem[] {
  const { instruction } = evaluated
  if (instruction.kind !== 'env' || evaluated.kind !== 'env') return []
  return evaluated.pairs.flatMap(({ name, value }, index) => {
    const isOff = (name === 'GOSUMDB' && value === 'off') || (name === 'GONOSUMDB' && value === '*')
    const isInsecure = name === 'GOINSECURE' && value === '*'
    if (!isOff && !isInsecure) return []
    return [
      {
        severity: 'information' as const,
        message: `${name} turns a check off for all modules, the public ones too`,
        range: instruction.pairs[index]?.range ?? instruction.range,
        cost: 'A module that is new in go.sum is taken as it comes, without a look at what others were given.',
        hint: 'Name the private ones only: GOPRIVATE=git.example.com/*.',
      },
    ]
  })
}
