import type { ShellCommand } from '../../shell-command.ts'
import { addOption } from '../edits/add-option.ts'
import { fixOf } from '../edits/replace-text.ts'
import { builtSteps, runCommands } from '../facts/built-steps.ts'
import { hasOption, packageCommand, type PackageCommand } from '../facts/package-commands.ts'
import type { PackageManager } from '../facts/package-managers.ts'
import type { StageFacts, Step } from '../facts/stage-facts.ts'
import type { Rule } from '../rule.ts'

interface Asker {
  /** What asks, by action. */
  readonly actions: readonly PackageCommand['action'][]
  /** Options that answer, or that ask for nothing that needs an answer. */
  readonly answers: readonly string[]
  readonly option: string
  /** What settings are called that answer for all calls. */
  readonly setting: RegExp
}

const askers: { readonly [Name in PackageManager]?: Asker } = {
  apt: {
    actions: ['install', 'upgrade', 'remove'],
    answers: [
      '-y',
      '--yes',
      '--assume-yes',
      '-s',
      '--simulate',
      '--dry-run',
      '--print-uris',
      '--force-yes',
      '--assume-no',
    ],
    option: '-y',
    setting: /assume-yes/i,
  },
  dnf: {
    actions: ['install', 'upgrade', 'remove'],
    answers: ['-y', '--assumeyes', '--assumeno', '--downloadonly'],
    option: '-y',
    setting: /assumeyes/i,
  },
  zypper: {
    actions: ['install', 'upgrade', 'remove'],
    answers: ['-y', '--no-confirm', '-n', '--non-interactive', '--dry-run'],
    option: '-y',
    setting: /non.?interactive/i,
  },
  pacman: {
    actions: ['install', 'upgrade', 'remove', 'clean'],
    answers: ['--noconfirm', '-p', '--print'],
    option: '--noconfirm',
    setting: /noconfirm/i,
  },
  conda: {
    actions: ['install', 'upgrade', 'remove', 'clean'],
    answers: ['-y', '--yes', '--dry-run', '-d', '--json'],
    option: '-y',
    setting: /always.?yes/i,
  },
  pip: { actions: ['remove'], answers: ['-y', '--yes'], option: '-y', setting: /PIP_YES|no.?input/i },
}

/** `apt-get install` without `-y`: it asks, and nobody is there to answer. */
export const missingYesOption: Rule = {
  name: 'MissingYesOption',
  category: 'mistake',
  severity: 'warning',
  summary: 'a package manager asks a question that nobody answers during a build',
  check(file, report) {
    const settled = new Map<StageFacts, Set<PackageManager>>()
    for (const stage of file.stages) {
      settled.set(stage, new Set(stage.parent === undefined ? [] : settled.get(stage.parent)))
    }
    for (const { stage, step } of builtSteps(file)) {
      const known = knownSettings(settled, stage)
      for (const manager of settingsIn(step)) known.add(manager)
      const commands = runCommands(step)
      for (const [index, command] of commands.entries()) {
        const asked = packageCommand(command)
        const asker = asked === undefined ? undefined : askers[asked.manager]
        if (asked === undefined || asker === undefined || known.has(asked.manager)) continue
        if (!asks(command, asked, asker) || isAnswered(command, commands[index - 1])) continue
        report({
          message: `${command.program} ${asked.actionWord.value} asks before it goes on, and nobody answers`,
          range: { start: command.programWord?.range.start ?? command.range.start, end: asked.actionWord.range.end },
          cost: 'A build has no terminal: the program takes the silence for a no, and ends with an error.',
          hint: `Add ${asker.option}.`,
          // apt asks only where it would do more than what it is told.
          ...(asked.manager === 'apt' ? {} : { severity: 'error' }),
          ...fixOf(`add ${asker.option}`, 'safe', [addOption(file.document, asked.actionWord, asker.option)]),
        })
      }
    }
  },
}

function knownSettings(settled: Map<StageFacts, Set<PackageManager>>, stage: StageFacts): Set<PackageManager> {
  const own = settled.get(stage) ?? new Set()
  for (const manager of stage.parent === undefined ? [] : (settled.get(stage.parent) ?? [])) own.add(manager)
  settled.set(stage, own)
  return own
}

/** What all settings have in common, to pass over what is none. */
const mayBeSetting = /assume-?yes|non.?interactive|noconfirm|always.?yes|PIP_YES|no.?input|apt\.conf/i

/** The package managers that an instruction tells to ask no more: a file of settings, a variable, a command. */
function settingsIn(step: Step): readonly PackageManager[] {
  const { evaluated } = step
  const { arguments: written, heredocs } = evaluated.instruction
  if (![written, ...heredocs.map(({ content }) => content)].some(({ value }) => mayBeSetting.test(value))) return []
  const texts =
    evaluated.kind === 'env' || evaluated.kind === 'arg'
      ? [evaluated.instruction.arguments.value]
      : evaluated.kind === 'copy' || evaluated.kind === 'add'
        ? [evaluated.destination, ...evaluated.inlineFiles.map(({ content }) => content)]
        : runCommands(step).flatMap((command) =>
            packageCommand(command) === undefined
              ? [command.words.map(({ value }) => value).join(' ')]
              : command.words.flatMap(({ value }) => (/^-o|::/.test(value) ? [value] : [])),
          )
  const isSettled = (name: PackageManager): boolean => texts.some((text) => askers[name]?.setting.test(text) === true)
  const copied = texts.some((text) => /\/apt\.conf(?:\.d)?(?:\/|$)/.test(text) && evaluated.kind !== 'run')
  const names: readonly PackageManager[] = ['apt', 'dnf', 'zypper', 'pacman', 'conda', 'pip']
  return names.filter((name) => isSettled(name) || (name === 'apt' && copied))
}

function asks({ program }: ShellCommand, asked: PackageCommand, { actions, answers }: Asker): boolean {
  // microdnf never asks, and neither does what reads an environment from a file.
  if (program === 'microdnf' || asked.actionWord.value === 'env' || !actions.includes(asked.action)) return false
  if (asked.manager === 'apt' && isQuiet(asked)) return false
  if (asked.options.some(({ value }) => value === '--help' || value === '--version' || value.includes('$')))
    return false
  // A variable may be an option.
  const hasUnknown = [asked.actionWord, ...asked.packages].some(
    ({ value }) => /^\$|^["']?\$/.test(value) && /opt|arg|flag|yes/i.test(value),
  )
  return !hasUnknown && !hasOption(asked, ...answers)
}

/** `-qq` implies `-y`. */
function isQuiet({ options }: PackageCommand): boolean {
  return options.some(({ value }) => /^-[a-zA-Z]*q[a-zA-Z]*q|^-q=[2-9]|^--quiet=[2-9]/.test(value))
}

/** `yes | apt-get install a`, `echo y | …`, `… <<<y`, `… < answers` */
function isAnswered(command: ShellCommand, before: ShellCommand | undefined): boolean {
  const isPiped = command.operatorBefore === '|' || (before !== undefined && before.pipeline === command.pipeline)
  return isPiped || command.redirections.some(({ operator }) => operator.startsWith('<'))
}
